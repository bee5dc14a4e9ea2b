import CheckoutSession
import Ledger
import Logging
import Replay

/// The work of `replay history`.
struct ReplayHistory {
  /// Records of a run that are read together.
  private static let pageMax = 1000
  /// Runs among which one is looked for.
  private static let searchedMax = 10_000
  /// Fewest digits that name a plan.
  private static let hashDigitsMin = 6

  let assembly: WorkerAssembly
  let options: ReplayHistoryOptions
  let output: CommandOutput
  let logger: Logger
  /// Writes the commands that are to be typed next.
  var echo = CommandEcho()

  /// Reads the ledger and prints.
  func run() async -> ExitStatus {
    let hash: BodyHash?
    do {
      hash = try await planHash()
    } catch {
      output.writeError("\(error)")
      return .wrongUsage
    }
    let visit = LedgerVisit(assembly: assembly, access: .readOnly, output: output, logger: logger)
    return await visit.run(onNothing: { output.writeError("Nothing was ever replayed: \($0).") }) { ledger throws(LedgerFailure) in
      if let number = options.run { return try await showRun(number, ledger) }
      return try await showRuns(hash, ledger)
    }
  }

  /// The hash that `--plan` means, if it names a file or a whole hash.
  private func planHash() async throws(PlanFileError) -> BodyHash? {
    guard let plan = options.plan, hashPrefix == nil else { return nil }
    var reader = try await PlanFileReader(path: plan)
    while try await !reader.next(1000).isEmpty {}
    return reader.hash
  }

  /// The beginning of a hash that `--plan` is.
  private var hashPrefix: String? {
    guard let plan = options.plan?.lowercased(), (Self.hashDigitsMin...64).contains(plan.utf8.count), plan.utf8.allSatisfy(Self.isDigit)
    else {
      return nil
    }
    return plan
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private func showRuns(_ hash: BodyHash?, _ ledger: any WorkerLedger) async throws(LedgerFailure) -> ExitStatus {
    var runs = try await ledger.replayRuns(planHash: hash, limit: hashPrefix == nil ? options.limit : Self.searchedMax)
    if let hashPrefix { runs = Array(runs.filter { $0.run.planHash.hexadecimal.hasPrefix(hashPrefix) }.prefix(options.limit)) }
    let text = ReplayHistoryText(now: ledger.clock.now())
    if options.json {
      for run in runs { output.write(text.json(run)) }
    } else {
      output.write(runs.isEmpty ? (options.plan == nil ? "Nothing was ever replayed." : "No run of this plan.") : text.table(runs))
    }
    return .done
  }

  private func showRun(_ number: Int64, _ ledger: any WorkerLedger) async throws(LedgerFailure) -> ExitStatus {
    guard let run = try await ledger.replayRuns(planHash: nil, limit: Self.searchedMax).first(where: { $0.number == number }) else {
      output.writeError(
        "There is no run \(number); `\(echo.command("replay history"))` shows those that the ledger remembers (replay.historyRetention).")
      return .failed
    }
    let text = ReplayHistoryText(now: ledger.clock.now())
    output.write(options.json ? text.json(run) : text.table([run]) + "\n")
    var last: RecordCoordinate?
    while !Task.isCancelled {
      let page = try await ledger.replayPage(of: number, after: last, limit: Self.pageMax)
      if !page.isEmpty { output.write(page.map { options.json ? text.json($0) : text.line($0) }.joined(separator: "\n")) }
      guard page.count == Self.pageMax else { break }
      last = page.last?.claim.origin
    }
    return .done
  }
}

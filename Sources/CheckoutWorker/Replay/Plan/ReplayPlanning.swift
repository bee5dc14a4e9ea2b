import CheckoutSession
import Ledger
import Logging
import Replay

/// The work of `replay plan`.
struct ReplayPlanning: Sendable {
  let assembly: WorkerAssembly
  let options: ReplayPlanOptions
  let output: CommandOutput
  let logger: Logger
  /// Writes the commands to type next.
  var echo = CommandEcho()
  var wallClock = WallClock.system
  /// Whether a terminal shows how far it is.
  var showsProgress = false
  let progress = ReadingProgress()

  /// Lines that are made together: enough to read originals in one go, few enough for memory to have a bound when each of them has the most that a record may
  /// have, 1 MiB.
  static let stepMax = 200

  /// Plans, and prints the summary.
  func run() async -> ExitStatus {
    progress.begin("asking the brokers", of: "topic")
    do {
      // The line of the progress is gone before anything else is printed.
      let report = try await ProgressLine.showing(showsProgress, { progress.text }) {
        let order = try await options.order()
        return try await ReplayLedgerVisit(assembly: assembly, logger: logger).run { ledger in try await plan(ledger, order) }
      }
      output.write(options.json ? report.json : report.text)
      return report.exitStatus
    } catch {
      return refuse(error)
    }
  }

  private func plan(_ ledger: any WorkerLedger, _ order: ReplayOrder?) async throws -> PlanReport {
    let configuration = assembly.configuration
    let replacesPlan = try PlanFileWriter.isThere(options.output)
    let rehearsal = WorkerRehearsal(
      assembly: assembly, ledger: ledger, partitionCounts: try await WorkerRehearsal.partitionCounts(assembly, logger: logger))
    let fetcher = try KafkaRecordFetcher(assembly: assembly, logger: logger)
    let planner = ReplayPlanner(
      fetcher: fetcher, rehearsal: rehearsal, ledger: rehearsal, attemptsMax: configuration.replay.maxAttempts)
    let result: Result<Made, any Error>
    do {
      result = .success(try await write(planner, order))
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    await fetcher.close()
    let made = try result.get()
    return PlanReport(
      path: options.output, deadLettersTopic: configuration.kafka.topics.deadLetters, summary: made.summary,
      attemptsMax: configuration.replay.maxAttempts, revised: made.revised, limitReached: made.isCut ? options.limit : nil,
      filters: options.filters.text, formerPath: replacesPlan ? PlanFileWriter.formerPath(options.output) : nil, echo: echo)
  }

  /// What has become of a plan.
  private struct Made {
    var summary: PlanSummary
    /// The plan that was read, if one was.
    var revised: PlanReport.Revised?
    /// Whether `--limit` has ended it.
    var isCut = false
  }

  /// Makes the plan and writes it; a plan of no lines is not written.
  private func write(_ planner: ReplayPlanner, _ order: ReplayOrder?) async throws -> Made {
    if let revised = options.revise {
      var reader = try await PlanFileReader(path: revised)
      try check(reader.header, revised)
      let writer = try writer(filters: reader.header.filters)
      return try await writing(to: writer) { try await revise(&reader, planner, order, writer) }
    }
    let writer = try writer(filters: options.filters.text)
    return try await writing(to: writer) { try await plan(planner, order, writer) }
  }

  private func writer(filters: String) throws(PlanFileError) -> PlanFileWriter {
    let topics = assembly.configuration.kafka.topics
    let header = PlanHeader(
      createdAt: wallClock.now(), createdBy: "\(Operator.current())", deadLettersTopic: topics.deadLetters, requestsTopic: topics.requests,
      filters: filters, recordsCount: 0)
    return try PlanFileWriter(path: options.output, header: header)
  }

  private func writing(to writer: PlanFileWriter, _ work: () async throws -> Made) async throws -> Made {
    do {
      let made = try await work()
      if made.summary.linesCount == 0 { await writer.discard() } else { try await writer.finish() }
      return made
    } catch {
      await writer.discard()
      throw error
    }
  }

  // MARK: Lines

  private func plan(_ planner: ReplayPlanner, _ order: ReplayOrder?, _ writer: PlanFileWriter) async throws -> Made {
    var planner = planner
    var summary = PlanSummary(attemptsMax: assembly.configuration.replay.maxAttempts)
    var isCut = false
    let reader = try DeadLetterReader(
      assembly: assembly, filter: options.filters.filter(now: wallClock.now()), progress: progress, logger: logger)
    try await reader.read { letters in
      var rest = letters[...]
      while !rest.isEmpty {
        try Task.checkCancellation()
        var entries = try await planner.plan(rest.prefix(Self.stepMax).map { PlanDraft($0, order: order) })
        rest = rest.dropFirst(Self.stepMax)
        isCut = cut(&entries, summary)
        for entry in entries { summary.add(entry) }
        try await writer.append(entries)
        guard summary.linesCount <= PlanText.linesMax else {
          throw PlanFileError(
            options.output, "would have more than \(HumanText.number(PlanText.linesMax)) lines: plan one cause at a time, with filters")
        }
        if isCut { return false }
      }
      return true
    }
    return Made(summary: summary, isCut: isCut)
  }

  /// Cuts the lines behind the last one that `--limit` allows; true if that was reached.
  private func cut(_ entries: inout [PlanEntry], _ summary: PlanSummary) -> Bool {
    guard let limit = options.limit else { return false }
    var left = limit - (summary.linesCount - summary.count(of: .skip))
    for (index, entry) in entries.enumerated() where entry.action != .skip {
      left -= 1
      guard left <= 0 else { continue }
      entries.removeLast(entries.count - index - 1)
      return true
    }
    return false
  }

  private func revise(
    _ reader: inout PlanFileReader, _ planner: ReplayPlanner, _ order: ReplayOrder?, _ writer: PlanFileWriter
  ) async throws -> Made {
    var planner = planner
    var summary = PlanSummary(attemptsMax: assembly.configuration.replay.maxAttempts)
    let change = order.map { PlanChange($0, for: options.filters.filter(now: wallClock.now())) }
    var counts = PlanRevision(entries: [])
    progress.begin("predicting anew", of: "line", expected: reader.header.recordsCount)
    while true {
      try Task.checkCancellation()
      let entries = try await reader.next(Self.stepMax)
      guard !entries.isEmpty else { break }
      let revised = try await planner.revise(entries, change: change)
      counts.add(countsOf: revised)
      for entry in revised.entries { summary.add(entry) }
      try await writer.append(revised.entries)
      progress.note(revised.entries.count)
    }
    if order != nil, counts.changedCount == 0, summary.linesCount > 0 { throw nothingToChange(reader.name, summary.linesCount, counts) }
    let read = PlanReport.Revised(
      path: reader.name, madeWithCount: reader.header.recordsCount, changedCount: order == nil ? nil : counts.changedCount)
    return Made(summary: summary, revised: read)
  }

  /// An action that is for no line is a slip of the pen: what the operator takes for changed would not be.
  private func nothingToChange(_ name: String, _ linesCount: Int, _ counts: PlanRevision) -> PlanFileError {
    let filters = options.filters.text
    let (unreadable, meant) = (counts.unreadableCount, counts.unreadableMeantCount)
    var whose = filters.isEmpty ? "" : "none of them is meant by \(filters)"
    if meant > 0 {
      let which = filters.isEmpty ? "" : " meant by \(filters)"
      whose =
        "the dead letters of \(HumanText.count(meant, "line"))\(which) cannot be read any more, which leaves drop and skip if retention has removed them"
    } else if unreadable > 0 {
      whose += "; the dead letters of \(HumanText.count(unreadable, "line")) cannot be read any more"
    }
    return PlanFileError(name, "changed 0 of \(HumanText.count(linesCount, "line")): \(whose). No plan was written.")
  }

  private func check(_ header: PlanHeader, _ path: String) throws(PlanFileError) {
    let topics = assembly.configuration.kafka.topics
    for (key, planned, configured) in [
      ("kafka.topics.deadLetters", header.deadLettersTopic, topics.deadLetters),
      ("kafka.topics.requests", header.requestsTopic, topics.requests),
    ] where planned != configured {
      throw PlanFileError(path, line: 1, "the plan is about \(planned), but \(key) is \(configured)")
    }
  }

  // MARK: Failures

  private func refuse(_ error: any Error) -> ExitStatus {
    if error is CancellationError || (error as? LedgerFailure)?.code == .cancelled {
      output.writeError("Asked to end: no plan was written.")
      return .tryAgainLater
    }
    output.writeError("\(error)")
    switch error {
    case let error as PlanFileError: return error.isWrongUsage ? .wrongUsage : .failed
    case let error as ReplayLedgerVisit.Refusal: return error.status
    default:
      if let advice = ReplayFailureAdvice.text(error, assembly.configuration, echo) { output.writeError(advice) }
      return PartFailure.exitStatus(for: error)
    }
  }
}

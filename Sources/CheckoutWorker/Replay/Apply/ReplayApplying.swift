import CheckoutSession
import Ledger
import Logging
import Pacing
import Replay
import Synchronization

/// The work of `replay apply`.
final class ReplayApplying: Sendable {
  /// How it ends before it has begun.
  struct End: Error {
    var status: ExitStatus
  }
  private struct Stopping {
    var isAsked = false
    var service: ReplayApplyService?
  }

  let assembly: WorkerAssembly
  let options: ReplayApplyOptions
  let output: CommandOutput
  let logger: Logger
  private let text: ReplayApplyText
  private let echo: CommandEcho
  private let stopping = Mutex(Stopping())

  init(assembly: WorkerAssembly, options: ReplayApplyOptions, output: CommandOutput, logger: Logger, echo: CommandEcho) {
    self.assembly = assembly
    self.options = options
    self.output = output
    self.logger = logger
    self.echo = echo
    text = ReplayApplyText(options: options, topics: assembly.configuration.kafka.topics, echo: echo)
  }

  /// Asks it to end.
  func stop() {
    let service = stopping.withLock { stopping in
      stopping.isAsked = true
      return stopping.service
    }
    service?.stop()
  }

  /// Reads the whole plan, says what it asks for, and has it confirmed.
  func check() async -> Result<CheckedPlan, End> {
    do {
      let plan = try await CheckedPlan.read(options.plan, assembly.configuration)
      output.write(text.plan(plan))
      guard plan.toDoCount > 0 else {
        output.write("\nEvery line says skip: there is nothing to do.")
        return .failure(End(status: .done))
      }
      if options.isDryRun || options.isConfirmed { return .success(plan) }
      guard StandardStreams.outputIsTerminal, StandardStreams.inputIsTerminal else {
        output.writeError("Nobody is at a terminal to say yes: nothing was sent. Look at the plan, then run this again with --yes.")
        return .failure(End(status: .wrongUsage))
      }
      StandardStreams.writeRaw("\n" + text.question(plan))
      let answer = (try? await InputFile(path: nil).next()).map { String(decoding: $0, as: UTF8.self) } ?? ""
      guard answer.split(whereSeparator: \.isWhitespace).first == "yes" else {
        output.write("Nothing was sent.")
        return .failure(End(status: .wrongUsage))
      }
      return .success(plan)
    } catch {
      output.writeError("\(error)")
      output.writeError("Nothing was sent.")
      return .failure(End(status: error.isWrongUsage ? .wrongUsage : .failed))
    }
  }

  /// Applies a plan and prints the report.
  func run(_ plan: CheckedPlan) async -> ExitStatus {
    do {
      return try await ReplayLedgerVisit(assembly: assembly, logger: logger).run { ledger in try await run(plan, ledger) }
    } catch {
      return refuse(error)
    }
  }

  private func run(_ plan: CheckedPlan, _ ledger: any WorkerLedger) async throws -> ExitStatus {
    let rehearsal = WorkerRehearsal(
      assembly: assembly, ledger: ledger, partitionCounts: try await WorkerRehearsal.partitionCounts(assembly, logger: logger))
    let fetcher = try KafkaRecordFetcher(assembly: assembly, logger: logger)
    let result: Result<ExitStatus, any Error>
    do {
      let preparer = ReplayPreparer(fetcher: fetcher, rehearsal: rehearsal)
      result = .success(
        options.isDryRun ? try await dryRun(plan, preparer, rehearsal, ledger) : try await apply(plan, preparer, ledger))
    } catch {
      result = .failure(error)
    }
    await fetcher.close()
    return try result.get()
  }

  private func dryRun(
    _ plan: CheckedPlan, _ preparer: ReplayPreparer, _ lookup: any ReplayLookup, _ ledger: any WorkerLedger
  ) async throws -> ExitStatus {
    let attemptsMax = options.isForced ? nil : assembly.configuration.replay.maxAttempts
    let report = try await ReplayDryRun(preparer: preparer, ledger: lookup, attemptsMax: attemptsMax)
      .run(PlanFileSource(path: options.plan, hash: plan.hash))
    await print(report, plan, ledger)
    return report.refusedCount == 0 ? .done : .deadLettered
  }

  private func apply(_ plan: CheckedPlan, _ preparer: ReplayPreparer, _ ledger: any WorkerLedger) async throws -> ExitStatus {
    let configuration = configuration(plan)
    let producer = try ReplayProducer(assembly: assembly, publishTimeout: configuration.publishTimeout, logger: logger)
    let topic = try KafkaRequestTopic(assembly: assembly, logger: logger)
    let feed = try KafkaReplyFeed(assembly: assembly, logger: logger)
    let display = ReplayApplyDisplay(plan: plan, user: configuration.user, host: configuration.host, output: output)
    let service = ReplayApplyService(
      configuration: configuration,
      ports: ReplayApplyPorts(
        preparer: preparer, ledger: ledger, sink: producer, topic: topic, replies: feed,
        auditTrail: assembly.configuration.replay.auditTopic == nil ? nil : producer),
      wallClock: ledger.clock, observe: { display.show($0) })
    let isAsked = stopping.withLock { stopping in
      stopping.service = service
      return stopping.isAsked
    }
    if isAsked { service.stop() }
    let report = await service.run(try await PlanFileSource(path: options.plan, hash: plan.hash))
    display.end()
    await print(report, plan, ledger)
    await feed.close()
    await topic.close()
    await producer.close()
    return exitStatus(report)
  }

  private func configuration(_ plan: CheckedPlan) -> ReplayApplyConfiguration {
    let (keys, who) = (assembly.configuration.replay, Operator.current())
    return ReplayApplyConfiguration(
      requestsTopic: assembly.configuration.kafka.topics.requests, planHash: plan.hash, user: who.user, host: who.host,
      requestsPerSecond: options.rate, canaryCount: options.canary,
      replyTimeout: DurationText.duration(of: options.replyTimeout) ?? .seconds(60),
      attemptsMax: options.isForced ? nil : keys.maxAttempts, leaseDuration: keys.leaseDuration)
  }

  /// Prints a report; who the other runs were is asked of the ledger.
  private func print(_ report: ReplayApplyReport, _ plan: CheckedPlan, _ ledger: any WorkerLedger) async {
    var runs: [Int64: ReplayRun] = [:]
    if !report.earlier.isEmpty, let all = try? await ledger.replayRuns(planHash: nil, limit: 1000) {
      for item in all { runs[item.number] = item.run }
    }
    output.write("\n" + text.report(report, plan, runs))
    guard case .stopped(let stop) = report.end else { return }
    output.writeError("\n" + text.stop(stop, left: plan.summary.linesCount - report.lines, assembly.configuration.ledger.store))
  }

  private func exitStatus(_ report: ReplayApplyReport) -> ExitStatus {
    guard case .stopped(let stop) = report.end else { return report.isAsPredicted ? .done : .deadLettered }
    switch stop {
    case .canaryFailed: return .deadLettered
    case .asked, .noReplies, .leaseLost, .notAcknowledged: return .tryAgainLater
    case .failed(let error as PlanFileError): return error.isWrongUsage ? .wrongUsage : .failed
    case .failed(let error): return PartFailure.exitStatus(for: error)
    }
  }

  private func refuse(_ error: any Error) -> ExitStatus {
    output.writeError("\(error)")
    output.writeError("Nothing was sent.")
    switch error {
    case let error as ReplayLedgerVisit.Refusal: return error.status
    case let error as PlanFileError: return error.isWrongUsage ? .wrongUsage : .failed
    default:
      if let advice = ReplayFailureAdvice.text(error, assembly.configuration, echo) { output.writeError(advice) }
      return PartFailure.exitStatus(for: error)
    }
  }
}

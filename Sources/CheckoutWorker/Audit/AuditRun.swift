import Audit
import CheckoutSession
import Creation
import Kafka
import Logging

/// One audit: reads the ledger and the topics, has them judged, and reports.
///
/// The order of the reading is what makes them comparable while everybody goes on working: first how far the group is, then the ledger, then where the topics
/// end. What was committed has its reply before it, what the ledger has as published was published before it was read; so both are in front of the ends.
struct AuditRun: Sendable {
  let assembly: WorkerAssembly
  let options: AuditOptions
  let output: CommandOutput
  let logger: Logger
  var wallClock = WallClock.system
  /// Whether a terminal shows how far it is.
  var showsProgress = false
  let progress = AuditProgress()

  /// How long after the last forced poll a terminal event may take to be in its topic.
  static let endTolerance: Duration = .seconds(120)

  /// Audits and prints the report.
  func run() async -> ExitStatus {
    do {
      let audit = try await CompletenessAudit.make()
      do {
        let status = try await run(audit)
        await audit.close()
        return status
      } catch {
        await audit.close()
        throw error
      }
    } catch {
      return refuse(error)
    }
  }

  private func run(_ audit: CompletenessAudit) async throws -> ExitStatus {
    // The line of the progress is gone before anything else is printed.
    let report = try await ProgressLine.showing(showsProgress, { progress.text }) { try await examine(audit) }
    guard let report else { return .wrongUsage }
    try await AuditPrinter(report: report, audit: audit, json: options.json, examplesMax: options.examplesMax, output: output).print()
    return report.totals.findingsCount == 0 ? .done : .deadLettered
  }

  /// Reads and judges everything; nil, with the reason on standard error, if the range does not fit the topic.
  private func examine(_ audit: CompletenessAudit) async throws -> AuditReport? {
    let began = ContinuousClock.now
    let configuration = assembly.configuration
    let range = options.range(now: wallClock.now())
    let topics = try AuditTopics(assembly: assembly, logger: logger)
    let partitions = try await topics.partitions()
    let numbers = Set(partitions.filter { $0.topic == topics.names.requests }.map(\.partition))
    if let objection = range.objection(topic: topics.names.requests, partitions: numbers) {
      output.writeError(objection)
      return nil
    }
    let committed = try await topics.committed(partitions)
    let startedAt = wallClock.now()
    let ledger = try await readLedger(audit)
    let stretches = try await topics.stretches(range)
    progress.expect(records: stretches.ranges.recordsMax)
    let reader = AuditRecordReader(topics: topics.names, merchants: assembly.merchantDirectory, range: range)
    let extents = try await AuditTopicReader(scan: topics.scan, stretches: stretches, audit: audit, progress: progress).read(reader)
    let coverage = AuditCoverage(names: topics.names, range: range, stretches: stretches, extents: extents, startedAt: startedAt)
    let scope = AuditScope(
      startedAt: startedAt, committed: committed, repliesFrom: coverage.repliesFrom, deadLettersFrom: coverage.deadLettersFrom,
      eventsFrom: coverage.eventsFrom, requests: coverage.requests, requestsTopic: topics.names.requests, hasLedger: ledger == .read,
      times: times)
    let totals = try await audit.judge(scope) { progress.note(judged: $0) }
    return AuditReport(
      at: startedAt, topics: topics.names, group: configuration.kafka.groupId, range: range, ledger: ledger,
      ledgerLocation: configuration.ledger.store.name, repliesFrom: coverage.repliesFrom, eventsFrom: coverage.eventsFrom, totals: totals,
      recordsRead: progress.records, scratchBytes: audit.scratchBytes, elapsed: ContinuousClock.now - began)
  }

  private func readLedger(_ audit: CompletenessAudit) async throws -> AuditLedgerReader.Presence {
    guard !options.withoutLedger else { return .none(reason: "--no-ledger") }
    return try await AuditLedgerReader(assembly: assembly, audit: audit, progress: progress, logger: logger).read()
  }

  /// The configured times; with a scaled gateway its sessions live shorter, and so does everything that is measured by their lives.
  private var times: AuditTimes {
    let scale = assembly.configuration.gateway.timeScale
    let reconciliation = assembly.configuration.reconciliation
    return AuditTimes(
      minimumRemainingLifetime: assembly.configuration.creation.minimumRemainingLifetime / scale,
      lifetimeUncertainty: assembly.lifetimeUncertainty, endGrace: reconciliation.grace + Self.endTolerance,
      unresolvedAfter: reconciliation.unresolvedAfter, ledgerRetention: assembly.configuration.ledger.retention)
  }

  private func refuse(_ error: any Error) -> ExitStatus {
    if error is CancellationError || (error as? AuditError)?.code == .cancelled {
      output.writeError("Asked to end before everything was read: nothing can be said.")
      return .tryAgainLater
    }
    output.writeError("\(error)")
    if let failure = error as? LedgerFailure {
      output.writeError(LedgerVisit.advice(failure, assembly.configuration.ledger.store))
      output.writeError("With --no-ledger the topics are audited alone.")
    }
    if let error = error as? KafkaError, error.code.rawValue.contains("UNKNOWN_TOPIC") {
      output.writeError("An audit needs all of kafka.topics; `checkout-worker check` prints the command that creates a missing one.")
    }
    return PartFailure.exitStatus(for: error)
  }
}

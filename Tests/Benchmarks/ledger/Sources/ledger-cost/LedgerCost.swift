import CheckoutSession
import CoreMetrics
import FoundationEssentials
import Ledger
import Logging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `ledger-cost [SESSIONS] [FILE]`: fills a ledger, polls its sessions to their end, and prints what that costs.
@main
struct LedgerCost {
  /// Sessions that are polled in each of the ways that are measured.
  private static let polledInEachWay = 50_000
  /// Sessions of the ledger in which nothing is watched, for comparison.
  private static let unwatchedSessions = 200_000

  let path: String
  let sessions: Int

  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let sessions = arguments.first.flatMap { Int($0) } ?? 1_000_000
    let path = arguments.count > 1 ? arguments[1] : FileManager.default.temporaryDirectory.path + "/ledger-cost.sqlite"
    try await LedgerCost(path: path, sessions: max(sessions, 4 * polledInEachWay)).run()
  }

  func run() async throws {
    let unwatched = min(Self.unwatchedSessions, sessions)
    let bytesUnwatched = try await fill(unwatched, watched: false).bytes
    let filled = try await fill(sessions, watched: true)
    print("bytes per session: \(bytesUnwatched / unwatched) not watched (\(unwatched) of them), \(filled.bytes / sessions) outstanding")

    let ledger = try await open()
    // A quarter of an hour's outage: 80 s of the sessions count as living.
    try await backlog(ledger, "most overdue", now: filled.end + .seconds(1000))
    var now = filled.start + Workload.firstPoll
    try await due(ledger, now: &now)
    for way in PollWay.allCases { try await poll(ledger, way, Self.polledInEachWay, now: &now) }
    try await questions(ledger, now: now)
    try await backlogWorkedOff(ledger, now: filled.end + .seconds(1000))
    try await backlog(ledger, "all overdue", now: filled.end + .seconds(86_400))
    try await end(ledger, lastCreated: filled.end, now: &now)
    await ledger.close()
  }

  private func open() async throws -> SQLiteLedger {
    try await SQLiteLedger.open(
      SQLiteLedgerConfiguration(location: .file(path: path)), logger: Logger(label: "cost"), metricsFactory: NOOPMetricsHandler.instance)
  }

  private var bytes: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The create stage's three calls. Bytes of the file, and when the first and the last session were created.
  private func fill(_ count: Int, watched: Bool) async throws -> (bytes: Int, start: Timestamp, end: Timestamp) {
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    let ledger = try await open()
    var workload = Workload()
    let start = workload.now
    var (claim, record, publish) = (Cost(), Cost(), Cost())
    for _ in 0..<count / Workload.batchRecords {
      let claims = workload.claims()
      let now = workload.now
      let outcomes = try await claim.measure { try await ledger.claim(claims, at: now) }
      let keys = outcomes.compactMap { if case .new(let key) = $0 { key } else { nil } }
      let decisions = workload.decisions(keys, watched: watched)
      _ = try await record.measure { try await ledger.record(decisions) }
      try await publish.measure { try await ledger.markPublished(keys, at: now) }
    }
    await ledger.close()
    print(
      "create stage, \(count) sessions\(watched ? ", watched" : ""): CPU per record: claim \(claim.perUnit(count)), "
        + "record \(record.perUnit(count)), publish \(publish.perUnit(count))")
    return (bytes, start, workload.now)
  }

  /// 1,000 sessions a second become due, among all that are outstanding.
  private func due(_ ledger: SQLiteLedger, now: inout Timestamp) async throws {
    var cost = Cost()
    var leased = 0
    for _ in 0..<20 {
      now = now + .seconds(1)
      let at = now
      let lease = try await cost.measure { try await ledger.leaseDue(now: at, until: at + .seconds(60), limit: 2000) }
      leased += lease.sessions.count
      let records = lease.sessions.map {
        PollRecord(key: $0.key, status: .accepted, polls: 1, failures: 0, next: .poll(at: at + .seconds(86_400)))
      }
      _ = try await ledger.recordPolls(records, under: lease.token, at: at)
    }
    print("leaseDue, \(leased / 20) due among \(sessions): \(cost.wall); CPU per session \(cost.perUnit(leased))")
  }

  /// Polls `count` sessions as they become due, or as many as do until a moment.
  private func poll(
    _ ledger: SQLiteLedger, _ way: PollWay, _ count: Int, now: inout Timestamp, until: Timestamp? = nil
  ) async throws {
    var (lease, record, mark) = (Cost(), Cost(), Cost())
    var polled = 0
    while polled < count, now <= until ?? now {
      let at = now
      let leased = try await lease.measure {
        try await ledger.leaseDue(now: at, until: at + .seconds(60), limit: Workload.batchRecords)
      }
      guard !leased.sessions.isEmpty else {
        now = now + .milliseconds(500)
        continue
      }
      polled += leased.sessions.count
      let records = leased.sessions.map { way.record($0, at: at) }
      _ = try await record.measure { try await ledger.recordPolls(records, under: leased.token, at: at) }
      let events = leased.sessions.compactMap { way.event($0, at: at) }
      try await mark.measure { try await ledger.markPublished(events, under: leased.token) }
    }
    print(
      "\(way.rawValue), \(polled) polls: CPU per poll: lease \(lease.perUnit(polled)), record \(record.perUnit(polled)), "
        + "mark \(mark.perUnit(polled))")
  }

  private func questions(_ ledger: SQLiteLedger, now: Timestamp) async throws {
    var (statistics, counts) = (Cost(), Cost())
    var outstanding = 0
    for _ in 0..<5 {
      outstanding = try await statistics.measure { try await ledger.statistics(now: now) }.outstanding?.count ?? 0
      _ = try await counts.measure { try await ledger.outstandingCounts(now: now) }
    }
    print("statistics of \(outstanding) outstanding: \(statistics.wall); counts: \(counts.wall)")
  }

  /// A backlog is worked off in which much of what is nearest its deadline, and more with each lease, is not due any more.
  private func backlogWorkedOff(_ ledger: SQLiteLedger, now: Timestamp) async throws {
    var cost = Cost()
    var (leased, living) = (0, 0)
    for _ in 0..<200 {
      let lease = try await cost.measure {
        try await ledger.leaseDue(now: now, until: now + .seconds(60), limit: Workload.batchRecords)
      }
      leased += lease.sessions.count
      living += lease.sessions.count { $0.expiresAt > now - .seconds(180) }
      let records = lease.sessions.map {
        PollRecord(key: $0.key, status: $0.status, polls: 1, failures: 0, next: .poll(at: now + .seconds(86_400)))
      }
      _ = try await ledger.recordPolls(records, under: lease.token, at: now)
    }
    print("leaseDue, \(leased) of a backlog behind others that are not due (\(living) living): \(cost.wall)")
  }

  /// Everything is due at once, as after an outage.
  private func backlog(_ ledger: SQLiteLedger, _ name: String, now: Timestamp) async throws {
    var (cost, counts) = (Cost(), Cost())
    for _ in 0..<5 {
      let lease = try await cost.measure {
        try await ledger.leaseDue(now: now, until: now + .seconds(60), limit: Workload.batchRecords)
      }
      _ = try await counts.measure { try await ledger.outstandingCounts(now: now) }
      try await ledger.release(lease.sessions.map(\.key), under: lease.token, dueAt: now)
    }
    print("leaseDue, 500 while all are due, \(name): \(cost.wall); counts: \(counts.wall)")
  }

  /// Ends every session: those whose first poll has not come yet, then those that were put off by a day.
  private func end(_ ledger: SQLiteLedger, lastCreated: Timestamp, now: inout Timestamp) async throws {
    try await poll(ledger, .ended, sessions, now: &now, until: lastCreated + Workload.firstPoll + .seconds(1))
    now = now + .seconds(2 * 86_400)
    try await poll(ledger, .ended, sessions, now: &now, until: now)
    let statistics = try await ledger.statistics(now: now)
    var vacuum = Cost()
    let result = try await vacuum.measure { try await ledger.vacuum() }
    print(
      "bytes per ended session: \(result.bytesAfter / Int64(sessions)) after a vacuum of \(vacuum.wall), "
        + "\(result.bytesBefore / Int64(sessions)) before; outstanding: \(statistics.outstanding?.count ?? 0)")
  }
}

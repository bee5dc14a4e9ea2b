import Audit
import CheckoutSession
import Creation
import Records

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `audit-cost [REQUESTS]`: audits so many requests with a reply, an end and a place in the ledger each, and prints what that costs. Reading from Kafka is not
/// part of it: the records are made in memory, a batch at a time.
@main
struct AuditCost {
  private static let batchRecords = 8192
  private static let pageGenerations = 4096

  static func main() async throws {
    let requests = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
    let history = SyntheticHistory(count: requests)
    let audit = try await CompletenessAudit.make()
    var meter = Meter()
    try await add(history, to: audit, &meter)
    let added = meter.reading
    let scope = AuditScope(
      startedAt: SyntheticHistory.start + .seconds(86_400),
      committed: Dictionary(uniqueKeysWithValues: (0..<SyntheticHistory.partitions).map { (Int32($0), Int64.max) }),
      requestsTopic: SyntheticHistory.Kind.requests.topic, hasLedger: true, times: AuditTimes())
    let totals = try await audit.judge(scope)
    let all = meter.reading
    let records = Double(requests * SyntheticHistory.Kind.allCases.count)
    print("\(requests) requests, as many replies, ends and generations: \(totals.findingsCount) findings, as there should be 0")
    print(
      "reading and writing \(text(added.wall)) s (CPU \(text(added.cpu)) s), judging \(text(all.wall - added.wall)) s (CPU \(text(all.cpu - added.cpu)) s)"
    )
    print("\(Int(records / all.wall)) records a second, \(Int(records / all.cpu)) for each second of CPU")
    print("peak memory \(Meter.peakMemoryMiB) MiB, scratch file \(audit.scratchBytes >> 20) MiB")
    await audit.close()
  }

  /// Reads and writes the history; making its records is taken out of the reckoning.
  private static func add(_ history: SyntheticHistory, to audit: CompletenessAudit, _ meter: inout Meter) async throws {
    let topics = AuditTopicNames(requests: "requests", replies: "replies", status: "status", deadLetters: "dead")
    var reader = AuditRecordReader(
      topics: topics, merchants: MerchantDirectory(ids: [SyntheticHistory.merchant], defaultIndex: 0), range: AuditRange())
    for kind in SyntheticHistory.Kind.allCases {
      for start in stride(from: 0, to: history.count, by: batchRecords) {
        let batch = try meter.excluding { try history.batch(start..<min(history.count, start + batchRecords), kind) }
        try await audit.add(batch.records.compactMap { reader.fact($0, in: batch) })
      }
    }
    for start in stride(from: 0, to: history.count, by: pageGenerations) {
      let page = try meter.excluding { try history.generations(start..<min(history.count, start + pageGenerations)) }
      try await audit.add(page)
    }
  }

  private static func text(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}

/// Time and CPU since it was made, without what is excluded.
struct Meter {
  private let begun = (wall: Self.clock(CLOCK_MONOTONIC), cpu: Self.clock(CLOCK_PROCESS_CPUTIME_ID))
  private var excluded = (wall: 0.0, cpu: 0.0)

  /// Seconds so far.
  var reading: (wall: Double, cpu: Double) {
    (Self.clock(CLOCK_MONOTONIC) - begun.wall - excluded.wall, Self.clock(CLOCK_PROCESS_CPUTIME_ID) - begun.cpu - excluded.cpu)
  }

  /// Does something that is not to be counted.
  mutating func excluding<Value>(_ work: () throws -> Value) rethrows -> Value {
    let (wall, cpu) = (Self.clock(CLOCK_MONOTONIC), Self.clock(CLOCK_PROCESS_CPUTIME_ID))
    let value = try work()
    excluded.wall += Self.clock(CLOCK_MONOTONIC) - wall
    excluded.cpu += Self.clock(CLOCK_PROCESS_CPUTIME_ID) - cpu
    return value
  }

  /// The most memory that the process ever had.
  static var peakMemoryMiB: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }

  private static func clock(_ id: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(id, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

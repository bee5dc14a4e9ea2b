import CheckoutSession
import Foundation
import Logging
import PostgresTestKit
import Testing

@testable import Ledger

/// Two processes of the operating system at one ledger at once: this test program, started twice more for nothing but ``ProcessLoad``.
@Suite("Two processes over one ledger", .serialized, .timeLimit(.minutes(3)))
struct ProcessLoadTests {
  @Test("SQLite")
  func sqlite() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      try await run(ledger, url: "sqlite:\(temporary.path)")
    }
  }

  @Test("PostgreSQL")
  func postgres() async throws {
    try await TemporaryDatabase.with { database in
      let ledger = try await database.open()
      try await run(ledger, url: "postgres:\(database.server.port):\(database.name)")
    }
  }

  /// What a process does when it is told to by its environment; not a test of its own.
  @Test("the load of one process", .enabled(if: ProcessLoad.isWanted))
  func load() async throws { try await ProcessLoad.run() }

  private func run(_ ledger: any LedgerStore, url: String) async throws {
    for number in 0..<ProcessLoad.sessionCount { try await ledger.watch("session-\(number)") }
    async let first = ProcessLoad.start(number: 1, url: url)
    async let second = ProcessLoad.start(number: 2, url: url)
    let reports = try await [first, second]
    for report in reports { #expect(report.exitCode == 0, "\(report.output)") }
    let all = reports.flatMap(\.lines)
    func lines(_ word: String) -> [Substring] { all.filter { $0.hasPrefix(word + " ") }.map { $0.dropFirst(word.count + 1) } }
    #expect(lines("new").count == ProcessLoad.requestCount && Set(lines("new")).count == ProcessLoad.requestCount)
    #expect(lines("recorded").count == ProcessLoad.requestCount && Set(lines("recorded")).count == ProcessLoad.requestCount)
    // What each published for a request, by its key.
    #expect(Set(lines("published")).count == ProcessLoad.requestCount && lines("published").count == 2 * ProcessLoad.requestCount)
    #expect(lines("ended").count == ProcessLoad.sessionCount && Set(lines("ended")).count == ProcessLoad.sessionCount)
    #expect(lines("granted").compactMap { Double($0) }.reduce(0, +) <= 1)
    let statistics = try await ledger.statistics(now: Sample.now)
    #expect(statistics.decisions[.created] == ProcessLoad.requestCount + ProcessLoad.sessionCount)
    #expect(statistics.undecided.count == 2, "those by which the processes met")
    #expect(statistics.unpublished.count == 0 && statistics.outstanding?.count == 0)
    #expect(statistics.outstanding?.endedTotal[.timedOut] == ProcessLoad.sessionCount)
  }
}

/// The load of one of two processes, and how it is started: the test program itself, asked for one test, with the rest in its environment.
private enum ProcessLoad {
  static let requestCount = 400
  static let sessionCount = 60
  private static let ledgerKey = "LEDGER_LOAD"
  private static let numberKey = "LEDGER_LOAD_NUMBER"
  private static let outputKey = "LEDGER_LOAD_OUTPUT"

  /// What a process came to.
  struct Report: Sendable {
    var exitCode: Int32
    var lines: [String]
    var output: String
  }

  static var isWanted: Bool { ProcessInfo.processInfo.environment[ledgerKey] != nil }

  /// Starts this program again and waits for its end.
  static func start(number: Int, url: String) async throws -> Report {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("load-\(UUID().uuidString)").path
    defer { for path in [file, file + ".log"] { try? FileManager.default.removeItem(atPath: path) } }
    for path in [file, file + ".log"] { #expect(FileManager.default.createFile(atPath: path, contents: nil)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = Array(CommandLine.arguments.dropFirst()).filtered + ["--filter", "ProcessLoadTests/load"]
    process.environment = ProcessInfo.processInfo.environment.merging(
      [ledgerKey: url, numberKey: "\(number)", outputKey: file]) { _, new in new }
    let log = try FileHandle(forWritingTo: URL(fileURLWithPath: file + ".log"))
    process.standardOutput = log
    process.standardError = log
    let exitCode = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    return Report(exitCode: exitCode, lines: lines, output: try String(contentsOfFile: file + ".log", encoding: .utf8))
  }

  /// Does the work, and writes what it came to.
  static func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let number = try #require(environment[numberKey].flatMap { Int($0) })
    let ledger = try await open(#require(environment[ledgerKey]))
    var lines: [String] = []
    try await meet(ledger, number)
    try await settle(ledger, number, &lines)
    try await end(ledger, &lines)
    var granted = 0.0
    for round in 1...30 {
      granted = try await ledger.quotaGrant(for: Sample.member(Int64(number)), now: Sample.now, until: Sample.leaseEnd) { _, others in
        // Everything that the others leave, and then as much less.
        round.isMultiple(of: 2) ? 0.3 : 1 - others.reduce(0) { $0 + $1.granted }
      }.granted
    }
    lines.append("granted \(granted)")
    await ledger.close()
    try lines.joined(separator: "\n").write(toFile: #require(environment[outputKey]), atomically: false, encoding: .utf8)
  }

  private static func open(_ url: String) async throws -> any LedgerStore {
    let parts = url.split(separator: ":", maxSplits: 2).map(String.init)
    if parts[0] == "sqlite" {
      return try await SQLiteLedger.open(.init(location: .file(path: parts[1]), busyTimeout: .seconds(30)), logger: .silent)
    }
    let configuration = PostgreSQLLedgerConfiguration(
      host: "127.0.0.1", port: try #require(Int(parts[1])), database: parts[2], user: PostgresServer.user, tlsMode: .disable,
      connectTimeout: .seconds(30), statementTimeout: .seconds(30))
    return try await PostgreSQLLedger.open(configuration, logger: .silent)
  }

  /// Waits until the other process has come as far: a process starts in more time than it needs for all the rest.
  private static func meet(_ ledger: any LedgerStore, _ number: Int) async throws {
    _ = try await ledger.claimNew(Sample.claim("process-\(number)"))
    let all: Set<String> = ["process-1", "process-2"]
    while !all.isSubset(of: try await ledger.auditPage(after: nil, limit: 1000).map(\.identity.requestID)) { try Task.checkCancellation() }
  }

  /// Both claim all requests, in batches from either end, and decide what is not decided.
  private static func settle(_ ledger: any LedgerStore, _ number: Int, _ lines: inout [String]) async throws {
    let mine = try Sample.created("9b2e8c1a-0000-4000-8000-00000000000\(number)", attempts: number)
    let order = number == 1 ? Array(0..<requestCount) : (0..<requestCount).reversed()
    for start in stride(from: 0, to: requestCount, by: 10) {
      let claims = try order[start..<min(start + 10, requestCount)].map { try Sample.claim("request-\($0)") }
      var published: [ClaimKey: DecidedReply] = [:]
      var open: [ClaimKey] = []
      for outcome in try await ledger.claim(claims, at: Sample.now) {
        switch outcome {
        case .new(let key):
          lines.append("new \(key.row)")
          open.append(key)
        case .inDoubt(let key): open.append(key)
        case .decided(let key, let reply): published[key] = reply
        case .conflict: Issue.record("a conflict")
        }
      }
      for (key, result) in zip(open, try await ledger.record(open.map { ($0, mine) })) {
        if case .superseded(let reply) = result {
          published[key] = reply
        } else {
          published[key] = mine
          lines.append("recorded \(key.row)")
        }
      }
      try await ledger.markPublished(Array(published.keys), at: Sample.now)
      lines += published.map { "published \($0.key.row) \($0.value.session?.sessionID.rawValue ?? "")" }
    }
  }

  /// Both lease, and end what they have leased.
  private static func end(_ ledger: any LedgerStore, _ lines: inout [String]) async throws {
    while try await ledger.outstandingCounts(now: Sample.now).due > 0 {
      let lease = try await ledger.lease(limit: 3)
      let keys = lease.sessions.map(\.key)
      let results = try await ledger.recordPolls(keys.map { .end($0, .timedOut) }, under: lease.token, at: Sample.now)
      #expect(!results.contains(false))
      try await ledger.markPublished(keys.map { PublishedEvent(key: $0, status: .timedOut, nextPollAt: nil) }, under: lease.token)
      lines += keys.map { "ended \($0.row)" }
    }
  }
}

extension [String] {
  /// Without the filters and the reports of the run that we are in.
  fileprivate var filtered: [String] {
    var kept: [String] = []
    var skipsNext = false
    for argument in self {
      if skipsNext {
        skipsNext = false
      } else if ["--filter", "--skip", "--xunit-output", "--event-stream-output-path"].contains(argument) {
        skipsNext = true
      } else {
        kept.append(argument)
      }
    }
    return kept
  }
}

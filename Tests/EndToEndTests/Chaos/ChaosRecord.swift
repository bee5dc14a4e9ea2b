import FoundationEssentials
import Glibc
import Synchronization

/// What happened in a run, as it happens: printed, counted, and what must not happen kept.
final class ChaosRecord: Sendable {
  /// What the summary counts.
  struct Counts: Sendable {
    var kills = 0
    var missedKills = 0
    var freezes = 0
    var leaves = 0
    var gatewayOutages = 0
    var brokerRestarts = 0
    var databaseRestarts = 0
    var fullDisks = 0
    var clockSteps = 0
    /// Processes that ended because the broker or the ledger was away, and were started again.
    var restarts = 0
    var longestDrain: Duration = .zero
    /// Kills and freezes of workers: what each of them may orphan is bounded.
    var workersStruck = 0
  }

  /// How long after a broker or a ledger has come back a process may still end over it.
  private static let aftermath: Duration = .seconds(30)

  private struct Content {
    var counts = Counts()
    var violations: [String] = []
    var skipped: Set<String> = []
    var excusedUntil: ContinuousClock.Instant?
    var troublesUnderWay = 0
  }

  private let content = Mutex(Content())
  private let began = ContinuousClock.now
  /// Where the logs of all processes go; nil: nowhere.
  private let logs = ProcessInfo.processInfo.environment["CHAOS_LOGS"]

  var counts: Counts { content.withLock { $0.counts } }
  var violations: [String] { content.withLock { $0.violations } }

  /// Prints one line with the time since the start.
  func say(_ line: String) {
    let time = (ContinuousClock.now - began).shown
    print("chaos \(String(repeating: " ", count: max(0, 8 - time.count)))\(time)  \(line)")
    // At once, also into a file: a run of ten minutes is watched.
    fflush(nil)
  }

  func count(_ change: (inout Counts) -> Void) { content.withLock { change(&$0.counts) } }

  /// Keeps and prints what must not happen.
  func violate(_ what: String) {
    content.withLock { $0.violations.append(what) }
    say("VIOLATION \(what)")
  }

  /// Says once why a kind of action is left out.
  func skip(_ what: String, because reason: String) {
    guard content.withLock({ $0.skipped.insert(what).inserted }) else { return }
    say("\(what): skipped, \(reason)")
  }

  /// Runs `body` while the broker or the ledger is away: processes may end over it, during it and shortly after.
  func trouble(_ body: () async throws -> Void) async rethrows {
    content.withLock { $0.troublesUnderWay += 1 }
    defer {
      content.withLock {
        $0.troublesUnderWay -= 1
        $0.excusedUntil = .now + Self.aftermath
      }
    }
    try await body()
  }

  /// Whether a process may end with "try again later" now.
  var excusesExit: Bool {
    content.withLock { $0.troublesUnderWay > 0 || $0.excusedUntil.map { $0 > .now } ?? false }
  }

  func countRestart() { count { $0.restarts += 1 } }
  func noteDrain(_ time: Duration) { count { $0.longestDrain = max($0.longestDrain, time) } }

  /// Appends the log of a process that has ended to the file of its place.
  func keep(_ output: ProcessOutput, of place: FleetPlace) {
    guard let logs else { return }
    let text = (output.errorLines + ["== \(place) ended: \(output.ending.map { "\($0)" } ?? "")", ""]).joined(separator: "\n")
    guard let file = fopen("\(logs)/\(place).log", "a") else { return }
    fputs(text, file)
    fclose(file)
  }
}

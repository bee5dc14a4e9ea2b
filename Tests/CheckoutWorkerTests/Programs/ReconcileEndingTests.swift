import CheckoutSession
import Pacing
import Stage
import Testing

@testable import CheckoutWorker
@testable import Reconciliation

@Suite("How a batch run of reconcile ends, and what it says")
struct ReconcileEndingTests {
  /// A run, how it ends, and what of its words tells why.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let status: CheckoutWorker.ExitStatus
    let words: String
    var wasAskedToEnd = false
    let change: @Sendable (inout ReconciliationStatistics) -> Void
  }

  private static let refusal = GatewayFailure(.configuration, .forbidden, title: "FORBIDDEN", detail: "not allowed", httpStatus: 403)
  private static func publishing(_ code: String) -> PublishReport.Failure { .init(kind: .notPublished, code: code, message: "m") }
  private static let full = LedgerFailure(code: .full, message: "no room", isTransient: true)

  private static let cases: [Case] = {
    var cases: [Case] = []
    func add(
      _ name: String, _ status: CheckoutWorker.ExitStatus, _ words: String, wasAskedToEnd: Bool = false,
      _ change: @escaping @Sendable (inout ReconciliationStatistics) -> Void = { _ in }
    ) {
      cases.append(Case(testDescription: name, status: status, words: words, wasAskedToEnd: wasAskedToEnd, change: change))
    }

    add("done", .done, "1 poll: 1 COMPLETED") { ($0.polls, $0.events) = (1, [.completed: 1]) }
    add("nothing to do", .done, "0 polls: no events") { _ in }
    add("unresolved", .deadLettered, "1 session is UNRESOLVED") { $0.unresolved = 1 }
    add("unresolved, and no answer to any poll", .deadLettered, "2 sessions are UNRESOLVED") {
      ($0.unresolved, $0.polls, $0.answers) = (2, 3, [.unanswered: 3])
    }
    add("no answer to any poll", .tryAgainLater, "says nothing that can be used") {
      ($0.polls, $0.answers) = (1234, [.unanswered: 1234])
    }
    add("no answer to some polls", .done, "3 polls: no events; 2 without a usable answer") {
      ($0.polls, $0.answers) = (3, [.unanswered: 2, .created: 1])
    }
    add("unreachable, and unresolved", .tryAgainLater, "cannot be reached") {
      ($0.isGatewayUnreachable, $0.unresolved) = (true, 1)
    }
    add("asked to end", .tryAgainLater, "Asked to end before it was done", wasAskedToEnd: true) { _ in }
    add("the broker takes nothing", .tryAgainLater, "The broker takes no status events (_TRANSPORT: m)") {
      $0.couldNotPublish = publishing("_TRANSPORT")
    }
    add("the broker refuses us", .refused, "TOPIC_AUTHORIZATION_FAILED") {
      $0.couldNotPublish = publishing("TOPIC_AUTHORIZATION_FAILED")
    }
    add("the ledger is full", .tryAgainLater, "The ledger cannot be written (LEDGER_FULL: no room)") {
      $0.couldNotWrite = full
    }
    add("refused, and all else", .refused, "refuses merchant m1: FORBIDDEN: not allowed") {
      ($0.refused, $0.isGatewayUnreachable, $0.unresolved) = (["m1": refusal], true, 1)
    }
    add("a merchant that is not configured", .refused, "Merchant m2 has outstanding sessions") {
      $0.unknownMerchants = ["m2"]
    }
    return cases
  }()

  @Test("what needs a person first, then what time may mend, then what is only to be looked at", arguments: cases)
  func endings(_ sample: Case) {
    var statistics = ReconciliationStatistics()
    sample.change(&statistics)
    #expect(statistics.exitStatus(wasAskedToEnd: sample.wasAskedToEnd) == sample.status)
    let text = ReconcileReport(statistics, status: nil, wasAskedToEnd: sample.wasAskedToEnd).text
    #expect(text.contains(sample.words), "\(text)")
    #expect(text.contains("\n") == (sample.status != .done), "one line is enough if all is well: \(text)")
  }

  private static func status(_ counts: OutstandingCounts?, inHand: Int = 0) -> ReconciliationStatus {
    ReconciliationStatus(
      statistics: ReconciliationStatistics(), counts: counts, pacing: Pacer<Int>(now: .zero).snapshot, sessionsInHand: inHand, settling: 0,
      holds: [], holdings: [], isDraining: false)
  }

  @Test("the summary says what is left, if anything is")
  func left() {
    func text(_ counts: OutstandingCounts) -> String {
      ReconcileReport(ReconciliationStatistics(), status: Self.status(counts), wasAskedToEnd: false).text
    }
    #expect(text(.init(outstanding: 0, due: 0, unresolved: 0, nextDueAt: nil)) == "0 polls: no events; nothing is outstanding")
    #expect(text(.init(outstanding: 1505, due: 0, unresolved: 0, nextDueAt: nil)) == "0 polls: no events; 1,505 outstanding")
    #expect(text(.init(outstanding: 1505, due: 40, unresolved: 0, nextDueAt: nil)).hasSuffix("; 1,505 outstanding, 40 of them due"))
  }

  @Test("the progress line says what it waits for")
  func progress() {
    let soon = WallClock.system.now() + .seconds(125)
    let waiting = ReconcileProgress.text(Self.status(.init(outstanding: 7, due: 0, unresolved: 0, nextDueAt: soon)))
    #expect(waiting.hasPrefix("  7 outstanding, 0 due  ·  0 polls, 0 ended  ·  next poll in 2 min"), "\(waiting)")
    let working = ReconcileProgress.text(Self.status(.init(outstanding: 7, due: 0, unresolved: 0, nextDueAt: soon), inHand: 3))
    #expect(!working.contains("next poll"))
  }
}

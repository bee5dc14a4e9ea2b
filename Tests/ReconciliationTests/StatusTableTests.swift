import CheckoutSession
import Reconciliation
import Testing

@Suite("The truth table")
struct StatusTableTests {
  /// When a poll is sent, as an age of the session: just before and at each moment at which the table may decide differently.
  enum Phase: Int64, CaseIterable {
    case atOnce = 0
    case invisible = 29_999
    case visible = 30_000
    case running = 500_000
    case beforeLast = 929_999
    case last = 930_000
    case muchLater = 87_299_999
    case unresolvable = 87_300_000

    var isLast: Bool { rawValue >= Phase.last.rawValue }
    var isVisible: Bool { rawValue >= Phase.visible.rawValue }
    var isUnresolvable: Bool { self == .unresolvable }
  }

  /// What a cell says, in the words of `contract/gateway.md`.
  enum Word {
    case ends(SessionStatus)
    /// The gateway calls it open; the status that an event may say, and the end that it names beyond the computed one.
    case open(SessionStatus?, later: Duration?)
    case missing
    case unknown
    case silent
    case refused
  }

  static let createdAt = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
  static let expiresAt = createdAt + CreatedSession.lifetime
  static let table = StatusTable(
    grace: .seconds(30), unresolvedAfter: .seconds(24 * 3600), visibleAfter: .seconds(30), lifetime: CreatedSession.lifetime)

  static let answers: [(answer: PollAnswer, word: Word)] = [
    (.status(.accepted, expiresAt: nil), .open(nil, later: nil)), (.status(.created, expiresAt: nil), .open(.created, later: nil)),
    (.status(.initiated, expiresAt: nil), .open(.created, later: nil)),
    (.status(.created, expiresAt: expiresAt), .open(.created, later: .zero)),
    (.status(.accepted, expiresAt: expiresAt + .seconds(100)), .open(nil, later: .seconds(100))),
    (.status(.created, expiresAt: expiresAt + .seconds(100)), .open(.created, later: .seconds(100))),
    (.status(.initiated, expiresAt: expiresAt + .seconds(500_000)), .open(.created, later: CreatedSession.lifetime)),
    (.status(.completed, expiresAt: nil), .ends(.completed)), (.status(.completed, expiresAt: expiresAt), .ends(.completed)),
    (.status(.failed, expiresAt: nil), .ends(.failed)), (.status(.canceled, expiresAt: nil), .ends(.canceled)),
    (.status(.unknown("PENDING"), expiresAt: nil), .unknown), (.timedOut, .ends(.timedOut)), (.canceled, .ends(.canceled)),
    (.notFound, .missing), (.silence, .silent), (.refused, .refused),
  ]

  static func session(_ mode: SessionMode, _ status: SessionStatus) -> OutstandingSession {
    OutstandingSession(
      key: ClaimKey(row: 1, generation: 1), identity: RequestIdentity(merchantID: "m", requestID: "r"), merchantTransactionID: nil,
      mode: mode, sessionID: World.id(1), createdAt: createdAt, expiresAt: expiresAt, recordKey: nil, status: status, polls: 3, failures: 2)
  }

  private static func wanted(_ word: Word, _ previous: SessionStatus, _ phase: Phase) -> StatusDecision {
    if previous.isTerminal { return StatusDecision(status: previous, isEvent: false, next: .end, isFailure: false) }
    let sentAt = createdAt + .milliseconds(phase.rawValue)
    let same = StatusDecision(status: previous, isEvent: false, next: .scheduled, isFailure: false)
    switch word {
    case .ends(let status): return StatusDecision(status: status, isEvent: true, next: .end, isFailure: false)
    case .missing: return phase.isVisible ? StatusDecision(status: .notFound, isEvent: true, next: .end, isFailure: false) : same
    case .refused: return StatusDecision(status: previous, isEvent: false, next: .soon, isFailure: true)
    case .unknown, .silent:
      let isEvent = phase.isUnresolvable && previous != .unresolved
      var isBackoff = phase.isLast
      if case .silent = word { isBackoff = true }
      return StatusDecision(
        status: isEvent ? .unresolved : previous, isEvent: isEvent, next: isBackoff ? .backoff : .scheduled, isFailure: true)
    case .open(let says, let later):
      var decision = same
      if says == .created, previous == .accepted {
        decision = StatusDecision(status: .created, isEvent: true, next: .scheduled, isFailure: false)
      }
      guard phase.isLast else { return decision }
      guard let later, expiresAt + later > sentAt else {
        return StatusDecision(status: .timedOut, isEvent: true, next: .end, isFailure: false)
      }
      decision.next = .at(expiresAt + later + .seconds(30))
      return decision
    }
  }

  @Test("every mode, status, answer and age has its one decision", arguments: SessionMode.allCases)
  func cells(_ mode: SessionMode) {
    var cells = 0
    for status in SessionStatus.allCases {
      for (answer, word) in Self.answers {
        for phase in Phase.allCases {
          let sentAt = Self.createdAt + .milliseconds(phase.rawValue)
          let decision = Self.table.decide(answer, about: Self.session(mode, status), sentAt: sentAt)
          #expect(decision == Self.wanted(word, status, phase), "\(mode) \(status) \(answer) \(phase)")
          #expect(decision.status == status || (status.mayBecome(decision.status) && decision.isEvent))
          cells += 1
        }
      }
    }
    #expect(cells == SessionStatus.allCases.count * Self.answers.count * Phase.allCases.count)
  }

  static let failures: [(GatewayFailure, PollAnswer)] = [
    (.sessionTimeout, .timedOut), (.sessionCanceled, .canceled), (.notFound, .notFound), (.serverError, .silence), (.badAnswer, .silence),
    (.timedOutRequest, .silence), (.connectFailed, .silence), (.tokenUnavailable, .silence), (.tokenLate, .silence),
    (.rateLimited(.seconds(1)), .silence), (.tokenExpired, .refused), (.unauthorized, .refused), (.forbidden, .refused), (.page, .refused),
    (GatewayFailure(.permanent, .invalidRequest, title: "", detail: ""), .silence),
    (GatewayFailure(.permanent, .init(rawValue: "NEW"), title: "", detail: ""), .silence),
    (GatewayFailure(.transient, .untrustedAnswer, title: "", detail: ""), .silence),
  ]

  @Test("only what the gateway says of the session counts as an answer", arguments: failures)
  func failure(_ failure: GatewayFailure, answer: PollAnswer) {
    #expect(PollAnswer(.failure(failure)) == answer)
  }
}

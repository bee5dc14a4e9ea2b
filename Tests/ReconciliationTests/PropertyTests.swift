import CheckoutSession
import Pacing
@testable import Reconciliation
import Testing

/// 100,000 sessions over simulated days, through the stage's pure parts: random answers of every kind, and a crash wherever there can be one.
@Suite("Whatever the gateway says")
struct PropertyTests {
  /// A row of the ledger, with what the contract promises about it checked at every change.
  private struct Row {
    var session: OutstandingSession
    var dueAt: Timestamp
    var terminalEvents: Set<RecordedEvent> = []
    var published: [SessionStatus] = []
    var isOver = false
  }

  /// How the gateway treats one session, beyond the truth.
  private enum Temper {
    case truthful, flaky, stale, chaotic, silent, refusing, odd

    /// Most sessions end within the hour; the few that never do are polled for the whole day and a half.
    init(_ number: Int) {
      switch number % 200 {
      case 0: self = .silent
      case 1: self = .refusing
      case 2: self = .odd
      case ..<70: self = .truthful
      case ..<120: self = .flaky
      case ..<160: self = .stale
      default: self = .chaotic
      }
    }
  }

  private static let leaseDuration = Duration.seconds(60)
  private static let horizon = Duration.seconds(36 * 3600)

  private static func any(_ id: SessionID, using generator: inout SplitMix64) -> Result<SessionSnapshot, GatewayFailure> {
    func success(_ status: GatewayStatus, _ expiresAt: Timestamp? = nil) -> Result<SessionSnapshot, GatewayFailure> {
      .success(SessionSnapshot(sessionID: id, status: status, expiresAt: expiresAt))
    }
    switch Int.random(in: 0..<16, using: &generator) {
    case 0: return success(.accepted)
    case 1: return success(.created)
    case 2: return success(.initiated)
    case 3: return success(.created, StatusTableTests.expiresAt + .seconds(Int.random(in: -600...6000, using: &generator)))
    case 4: return success(.unknown("ODD"))
    case 5: return success(.completed)
    case 6: return success(.failed)
    case 7: return success(.canceled)
    case 8: return .failure(.sessionTimeout)
    case 9: return .failure(.sessionCanceled)
    case 10: return .failure(.notFound)
    case 11: return .failure(.forbidden)
    case 12: return .failure(.unauthorized)
    case 13: return .failure(.rateLimited(nil))
    case 14: return .failure(.connectFailed)
    default: return .failure(.serverError)
    }
  }

  private static func outcome(
    _ temper: Temper, _ truth: Truth, _ id: SessionID, at moment: Timestamp, using generator: inout SplitMix64
  ) -> Result<SessionSnapshot, GatewayFailure> {
    switch temper {
    case .truthful: return truth.outcome(of: id, at: moment)
    case .flaky:
      return Int.random(in: 0..<3, using: &generator) == 0 ? truth.outcome(of: id, at: moment) : .failure(.serverError)
    case .stale: return truth.outcome(of: id, at: moment - .seconds(Int.random(in: 0...35, using: &generator)))
    case .chaotic: return any(id, using: &generator)
    case .silent: return .failure(.timedOutRequest)
    case .refusing: return .failure(.forbidden)
    case .odd: return .success(SessionSnapshot(sessionID: id, status: .unknown("ODD")))
    }
  }

  @Test("100,000 sessions", arguments: 0..<4)
  func sessions(_ quarter: Int) {
    var generator = SplitMix64(seed: UInt64(quarter) + 1)
    let configuration = World.configuration()
    let judge = PollJudge(configuration)
    var faults: [String] = []
    var ends: [SessionStatus: Int] = [:]
    for number in 0..<25_000 {
      let temper = Temper(number)
      let row = Self.live(number, temper, judge, configuration, &generator, &faults)
      ends[row.session.status, default: 0] += 1
      if faults.count > 10 { break }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    // The property has something to say of every way to end.
    #expect(SessionStatus.allCases.allSatisfy { $0 == .accepted || $0 == .created || (ends[$0] ?? 0) > 50 }, "\(ends)")
  }

  /// Lets one session live until it has ended, or for a day and a half.
  private static func live(
    _ number: Int, _ temper: Temper, _ judge: PollJudge, _ configuration: ReconciliationConfiguration, _ generator: inout SplitMix64,
    _ faults: inout [String]
  ) -> Row {
    let mode = SessionMode.allCases[number % 5]
    var row = Row(session: StatusTableTests.session(mode, .accepted), dueAt: StatusTableTests.createdAt + .seconds(4))
    row.session.polls = 0
    row.session.failures = 0
    let id = row.session.sessionID
    let createdAt = row.session.createdAt
    let ends: [SessionStatus] = [.completed, .failed, .canceled, .timedOut]
    let end = ends[Int.random(in: 0..<4, using: &generator)]
    let endsAfter: Duration = end == .timedOut ? .seconds(900) : .seconds(Int.random(in: 5..<890, using: &generator))
    let truth = Truth(createdAt: createdAt, usableAt: createdAt + .seconds(2), end: end, endsAt: createdAt + endsAfter)
    var steps = 0
    var before = row.dueAt
    while !row.isOver, row.dueAt < createdAt + horizon {
      steps += 1
      let now = row.dueAt
      if steps > 1, now <= before { faults.append("\(number): due at once") }
      before = now
      // A lease: whatever follows, somebody takes the session again when it ends.
      row.dueAt = now + leaseDuration
      let lease = HeldLease(token: .init(rawValue: 1), ends: row.dueAt)
      if let republication = judge.republication(of: row.session, under: lease, at: JudgedMoment(now: now), using: &generator) {
        publish(republication, &row, &generator, &faults)
        continue
      }
      var polled = PolledSession(row.session, under: lease, merchantIndex: 0)
      polled.sentAt = now
      let outcome = outcome(temper, truth, id, at: now, using: &generator)
      if !polled.isReread { polled.session.polls += 1 }
      let answeredAt = now + .milliseconds(Int.random(in: 20...400, using: &generator))
      if Int.random(in: 0..<20, using: &generator) == 0 { continue }  // It dies before the record.
      switch judge.verdict(on: polled, outcome, at: JudgedMoment(now: answeredAt), using: &generator) {
      case .handBack(let dueAt): row.dueAt = dueAt
      case .settle(let settlement): settle(settlement, PollAnswer(outcome), sentAt: now, &row, &generator, &faults)
      }
      if steps > 2000 {
        faults.append("\(number): more than 2000 polls")
        break
      }
    }
    check(row, temper, truth, number, &faults)
    return row
  }

  private static func settle(
    _ settlement: Settlement, _ answer: PollAnswer, sentAt: Timestamp, _ row: inout Row, _ generator: inout SplitMix64,
    _ faults: inout [String]
  ) {
    if case .record = settlement.step {
      let record = settlement.record
      let before = row.session.status
      if record.status != before, !before.mayBecome(record.status) { faults.append("\(before) became \(record.status)") }
      if record.status.isTerminal, !isTheGatewaysWord(record.status, answer, sentAt, row.session) {
        faults.append("\(record.status) after \(answer)")
      }
      row.session.status = record.status
      row.session.polls = record.polls
      row.session.failures = record.failures
      switch record.next {
      case .poll(let dueAt):
        if record.status.isTerminal { faults.append("terminal without an event") }
        row.dueAt = dueAt
        return
      case .publish(let observedAt):
        row.session.unpublishedEvent = RecordedEvent(status: record.status, observedAt: observedAt, polls: record.polls)
      }
      if Int.random(in: 0..<20, using: &generator) == 0 { return }  // It dies before the publication.
    }
    publish(settlement, &row, &generator, &faults)
  }

  private static func publish(_ settlement: Settlement, _ row: inout Row, _ generator: inout SplitMix64, _ faults: inout [String]) {
    guard let event = settlement.event else { return faults.append("nothing to publish") }
    if event != row.session.unpublishedEvent { faults.append("another event than is recorded") }
    if let last = row.published.last, last != event.status, !last.mayBecome(event.status) { faults.append("\(event.status) after \(last)") }
    row.published.append(event.status)
    if event.status.isTerminal { row.terminalEvents.insert(event) }
    if Int.random(in: 0..<20, using: &generator) == 0 { return }  // It dies before the mark.
    row.session.unpublishedEvent = nil
    if event.status.isTerminal {
      row.isOver = true
    } else if let next = settlement.mark?.nextPollAt {
      row.dueAt = next
    } else {
      faults.append("\(event.status) without a next poll")
    }
  }

  private static func isTheGatewaysWord(
    _ status: SessionStatus, _ answer: PollAnswer, _ sentAt: Timestamp, _ session: OutstandingSession
  ) -> Bool {
    switch (status, answer) {
    case (.completed, .status(.completed, _)), (.failed, .status(.failed, _)), (.canceled, .status(.canceled, _)), (.canceled, .canceled),
      (.timedOut, .timedOut):
      return true
    case (.notFound, .notFound): return sentAt >= session.createdAt + .seconds(30)
    case (.timedOut, .status(let says, _)):
      return [.accepted, .created, .initiated].contains(says) && sentAt >= session.expiresAt + .seconds(30)
    default: return false
    }
  }

  private static func check(_ row: Row, _ temper: Temper, _ truth: Truth, _ number: Int, _ faults: inout [String]) {
    if row.terminalEvents.count > 1 { faults.append("\(number): \(row.terminalEvents.count) terminal events") }
    if row.isOver != (row.terminalEvents.count == 1) && row.session.unpublishedEvent == nil {
      faults.append("\(number): over without an end")
    }
    switch temper {
    case .truthful, .flaky, .stale:
      if !row.isOver || row.session.status != truth.end { faults.append("\(number): \(row.session.status) instead of \(truth.end)") }
    case .silent, .odd:
      if row.session.status != .unresolved || row.published.last != .unresolved { faults.append("\(number): nobody was told") }
    case .refusing: if row.session.status != .accepted || row.isOver { faults.append("\(number): refused, and \(row.session.status)") }
    case .chaotic: if !row.isOver { faults.append("\(number): never over") }
    }
  }
}

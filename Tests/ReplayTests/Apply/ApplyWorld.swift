import CheckoutSession
import Pacing
import Replay
import Synchronization
import TestClock

/// The ledger, the request topic and the workers, as all runs of a test see them, in virtual time.
final class ApplyWorld: Sendable {
  /// A record of the request topic.
  struct Published: Hashable, Sendable {
    var mark: ReplayMark
    var at: Duration
  }
  struct State {
    var ledger = FakeLedgerState()
    var published: [Published] = []
    var replies: [ReplayReply] = []
    var repliedAt: [Timestamp] = []
    var events: [ReplayAuditEvent] = []
    var leaseBroken = 0
    var inFlightMax = 0
  }

  static let requests = "requests"
  static let letters = "letters"

  let simulation = Simulation()
  let state = Mutex(State())
  /// What the workers answer, and after how long; nil: nothing.
  let answer = Script<@Sendable (ReplayMark) -> (ReplayAnswer, Duration)?> { mark in
    (ReplayAnswer(outcome: .created, generation: 2), .milliseconds(Int64(40 + mark.deadLetter.offset % 7)))
  }
  /// Whether the topic still goes back to where a search begins.
  let searchIsComplete = Script<@Sendable () -> Bool> { true }

  var clock: ManualClock { simulation.clock }
  var wallClock: WallClock { WallClock { [clock] in Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds) } }
  var published: [Published] { state.withLock { $0.published } }
  var runs: [ReplayRunReport] { state.withLock { $0.ledger.reports } }
  func record(_ offset: Int64) -> ReplayRecord? { state.withLock { $0.ledger.records[Self.origin(offset)] } }

  /// A record reaches the request topic, and a worker answers it in time.
  func publish(_ mark: ReplayMark, run: Int64) {
    let now = simulation.now
    state.withLock { state in
      state.published.append(Published(mark: mark, at: now))
      state.inFlightMax = max(state.inFlightMax, state.published.count - state.replies.count)
      if let run = state.ledger.runs[run], run.ended != nil || run.aliveUntil <= wallClock.now() { state.leaseBroken += 1 }
    }
    guard let (answer, delay) = answer.body(mark) else { return }
    simulation.after(delay) { [self] in
      let at = wallClock.now()
      state.withLock { state in
        state.replies.append(ReplayReply(mark: mark, answer: answer))
        state.repliedAt.append(at)
      }
    }
  }

  static func origin(_ offset: Int64) -> RecordCoordinate { RecordCoordinate(topic: requests, partition: 0, offset: offset) }

  /// A plan's line for the request at `offset`.
  static func entry(
    _ offset: Int64, action: ReplayAction = .retry, prediction: Prediction = Prediction(.willCreate, generation: 2, detail: ""),
    replayCount: Int = 0
  ) -> PlanEntry {
    PlanEntry(
      place: RecordCoordinate(topic: letters, partition: 0, offset: 1000 + offset), origin: origin(offset),
      identity: RequestIdentity(merchantID: "m", requestID: "r-\(offset)"), mode: .payment,
      failedAt: Timestamp(millisecondsSinceEpoch: 1_735_689_000_000), errorClass: .transient, errorCode: "UPSTREAM", errorDetail: "",
      replayCount: replayCount, bodyHash: BodyHash(of: [1]), recordHash: BodyHash(of: [2]), prediction: prediction, action: action,
      reason: action == .drop ? "handled by hand" : nil)
  }

  static func plan(_ count: Int) -> [PlanEntry] { (0..<Int64(count)).map { entry($0) } }
}

import CheckoutSession
import Reconciliation
import Synchronization
import TestClock

/// A gateway that tells the truth about its sessions unless a test writes another answer.
final class ScriptedReader: SessionReader {
  /// One GET as it arrived.
  struct Call: Sendable {
    var merchantIndex: Int
    var sessionID: SessionID
    /// The how-manieth GET of this session, from 1.
    var attempt: Int
    var at: Duration
    var wallAt: Timestamp
  }
  struct Answer: Sendable {
    /// When it comes; nil: never, unless cancelled.
    var after: Duration? = .milliseconds(50)
    /// Nil: the truth.
    var outcome: Result<SessionSnapshot, GatewayFailure>?

    static let truth = Answer()
    static func failing(_ failure: GatewayFailure, after: Duration? = .milliseconds(50)) -> Answer {
      Answer(after: after, outcome: .failure(failure))
    }
  }
  private struct State {
    var truths: [SessionID: Truth] = [:]
    var calls: [Call] = []
    var attempts: [SessionID: Int] = [:]
    var pending: [Int: @Sendable (Result<SessionSnapshot, GatewayFailure>) -> Void] = [:]
    var inFlightMax = 0
  }
  private let state = Mutex(State())
  private let simulation: Simulation
  private let life: Life
  /// How far the gateway's own clock is ahead of the true time, if its answers tell its time.
  let clockError = Box<Duration?>(nil)
  private let answering = Script<@Sendable (Call) -> Answer>({ _ in .truth })

  init(simulation: Simulation, life: Life) {
    self.simulation = simulation
    self.life = life
  }

  /// Has every call answered so from now on.
  func answer(_ answer: @escaping @Sendable (Call) -> Answer) { answering.body = answer }
  /// Makes a session.
  func add(_ id: SessionID, _ truth: Truth) { state.withLock { $0.truths[id] = truth } }

  var truths: [SessionID: Truth] { state.withLock { $0.truths } }
  var calls: [Call] { state.withLock { $0.calls } }
  var inFlight: Int { state.withLock { $0.pending.count } }
  var inFlightMax: Int { state.withLock { $0.inFlightMax } }

  /// A new process knows nothing of the calls of the old one.
  func forgetPending() { state.withLock { $0.pending = [:] } }

  func startReads(_ calls: [ReadSessionCall], completion: @escaping @Sendable ([ReadSessionResult]) -> Void) {
    for call in calls { start(call, completion) }
  }

  private func start(_ call: ReadSessionCall, _ completion: @escaping @Sendable ([ReadSessionResult]) -> Void) {
    let fate = life.fate(of: .read(call.sessionID.rawValue))
    guard fate != .dead else { return }
    let (number, made, truth) = state.withLock { state in
      state.attempts[call.sessionID, default: 0] += 1
      let made = Call(
        merchantIndex: call.merchantIndex, sessionID: call.sessionID, attempt: state.attempts[call.sessionID] ?? 0, at: simulation.now,
        wallAt: simulation.wallNow)
      state.calls.append(made)
      state.pending[state.calls.count] = { [self] outcome in
        completion([ReadSessionResult(id: call.id, outcome: outcome, gatewayDate: date(of: outcome))])
      }
      state.inFlightMax = max(state.inFlightMax, state.pending.count)
      return (state.calls.count, made, state.truths[call.sessionID])
    }
    let answer = answering.body(made)
    let outcome = answer.outcome ?? truth?.outcome(of: call.sessionID, at: made.wallAt) ?? .failure(.notFound)
    guard fate == .alive else { return }
    if let delay = answer.after { simulation.after(delay) { self.finish(number, outcome) } }
  }

  /// Whole seconds, and only with what is surely the gateway's word, as the client gives them.
  private func date(of outcome: Result<SessionSnapshot, GatewayFailure>) -> Timestamp? {
    if case .failure(let failure) = outcome, failure.failureClass != .permanent { return nil }
    guard let error = clockError.value else { return nil }
    return Timestamp(millisecondsSinceEpoch: (simulation.wallNow + error).millisecondsSinceEpoch / 1000 * 1000)
  }

  private func finish(_ number: Int, _ outcome: Result<SessionSnapshot, GatewayFailure>) {
    guard !life.isDead else { return }
    state.withLock { $0.pending.removeValue(forKey: number) }?(outcome)
  }

  func cancelAll() {
    for number in state.withLock({ $0.pending.keys.sorted() }) {
      finish(number, .failure(GatewayFailure(.transient, .canceled, title: "Canceled", detail: "the process stops", inDoubt: true)))
    }
  }
}

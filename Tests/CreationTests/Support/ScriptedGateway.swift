import CheckoutSession
import Creation
import Pacing
import Synchronization
import TestClock

/// A gateway whose answers a test writes, and which knows the truth: every call, and every session it made.
final class ScriptedGateway: SessionCreator {
  /// One POST as it arrived.
  struct Call: Sendable {
    var merchantIndex: Int
    var body: String
    /// The how-manieth POST of this body, from 1.
    var attempt: Int
    var at: Duration
    var traceContext: TraceContext?
  }
  struct Answer: Sendable {
    /// When it comes; nil: never, unless cancelled.
    var after: Duration? = .milliseconds(50)
    /// Nil makes a session and says so.
    var failure: GatewayFailure?
    /// Whether a session is made although the answer is a failure.
    var makesSession = false

    static let created = Answer()
    static func failing(_ failure: GatewayFailure, after: Duration = .milliseconds(50), makesSession: Bool = false) -> Answer {
      Answer(after: after, failure: failure, makesSession: makesSession)
    }
  }
  private struct Pending { var complete: @Sendable (Result<CreatedSession, GatewayFailure>) -> Void }
  private struct State {
    var calls: [Call] = []
    var attempts: [String: Int] = [:]
    var sessions: [(body: String, session: CreatedSession)] = []
    var pending: [Int: Pending] = [:]
    var inFlightMax = 0
  }
  /// What a process knows of the time.
  private struct Time {
    var isKnown = true
    /// How far this host's clock is ahead.
    var error = Duration.zero
    var tellsFrom = Duration.zero
    var asked: [(merchantIndex: Int, at: Duration)] = []
  }
  private let time = Mutex(Time())
  private let state = Mutex(State())
  private let simulation: Simulation
  private let life: Life
  private let answering = Script<@Sendable (Call) -> Answer>({ _ in .created })

  init(simulation: Simulation, life: Life) {
    self.simulation = simulation
    self.life = life
  }

  /// Has every call answered so from now on.
  func answer(_ answer: @escaping @Sendable (Call) -> Answer) { answering.body = answer }

  var calls: [Call] { state.withLock { $0.calls } }
  var sessions: [(body: String, session: CreatedSession)] { state.withLock { $0.sessions } }
  var inFlight: Int { state.withLock { $0.pending.count } }
  var inFlightMax: Int { state.withLock { $0.inFlightMax } }

  /// A new process knows nothing of the calls of the old one.
  func forgetPending() { state.withLock { $0.pending = [:] } }

  /// Has the next process start with a clock that is wrong until the gateway has answered it.
  /// - Parameter tellsFrom: when the gateway begins to answer who asks for the time.
  func misleadClock(by error: Duration, tellsFrom: Duration = .zero) {
    time.withLock { $0 = Time(isKnown: false, error: error, tellsFrom: tellsFrom) }
  }

  var isTimeKnown: Bool { time.withLock { $0.isKnown } }
  /// The calls that only ask for the time.
  var timeCalls: [(merchantIndex: Int, at: Duration)] { time.withLock { $0.asked } }
  /// The clock of a process, as the gateway client keeps it.
  var wallClock: WallClock {
    WallClock { [self] in simulation.wallNow + time.withLock { $0.isKnown ? .zero : $0.error } }
  }

  func askTime(merchantIndex: Int, completion: @escaping @Sendable () -> Void) {
    time.withLock { $0.asked.append((merchantIndex, simulation.now)) }
    simulation.after(.milliseconds(50)) { [self] in
      time.withLock { $0.isKnown = $0.isKnown || simulation.now >= $0.tellsFrom }
      completion()
    }
  }

  func start(_ calls: [CreateSessionCall], completion: @escaping @Sendable ([CreateSessionResult]) -> Void) {
    for call in calls { start(call, completion) }
  }

  private func start(_ call: CreateSessionCall, _ completion: @escaping @Sendable ([CreateSessionResult]) -> Void) {
    let body = String(decoding: call.body, as: UTF8.self)
    let fate = life.fate(of: .post(body))
    guard fate != .dead else { return }
    let made: (Int, Call) = state.withLock { state in
      state.attempts[body, default: 0] += 1
      let made = Call(
        merchantIndex: call.merchantIndex, body: body, attempt: state.attempts[body] ?? 0, at: simulation.now,
        traceContext: call.traceContext)
      state.calls.append(made)
      return (state.calls.count, made)
    }
    let answer = answering.body(made.1)
    var result: Result<CreatedSession, GatewayFailure>?
    if answer.failure == nil || answer.makesSession {
      let session = makeSession(body)
      result = .success(session)
    }
    if let failure = answer.failure { result = .failure(failure) }
    guard fate == .alive, let result else { return }
    state.withLock { state in
      state.pending[made.0] = Pending { result in completion([CreateSessionResult(id: call.id, outcome: result)]) }
      state.inFlightMax = max(state.inFlightMax, state.pending.count)
    }
    if let delay = answer.after { simulation.after(delay) { self.finish(made.0, result) } }
  }

  private func makeSession(_ body: String) -> CreatedSession {
    state.withLock { state in
      let digits = String(state.sessions.count, radix: 16)
      let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
      guard let id = SessionID(text) else { preconditionFailure("\(text) is no UUID") }
      let session = CreatedSession(
        sessionID: id, hostedURL: "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=\(id)&appEnv=stage",
        createdAt: simulation.wallNow)
      state.sessions.append((body, session))
      return session
    }
  }

  private func finish(_ number: Int, _ result: Result<CreatedSession, GatewayFailure>) {
    guard !life.isDead else { return }
    if case .success = result { time.withLock { $0.isKnown = true } }
    state.withLock { $0.pending.removeValue(forKey: number) }?.complete(result)
  }

  func cancelAll() {
    for number in state.withLock({ Array($0.pending.keys.sorted()) }) {
      finish(number, .failure(GatewayFailure(.transient, .canceled, title: "Canceled", detail: "the process stops", inDoubt: true)))
    }
  }
}

extension GatewayFailure {
  static let serverError = GatewayFailure(
    .transient, .serverError, title: "INTERNAL_ERROR", detail: "try again", httpStatus: 500, inDoubt: true)
  static let refusedRequest = GatewayFailure(
    .permanent, .invalidRequest, title: "INVALID_REQUEST", detail: "no such thing", httpStatus: 400)
  static let connectFailed = GatewayFailure(.transient, .connectFailed, title: "No connection", detail: "refused")
  static let tokenUnavailable = GatewayFailure(.transient, .tokenUnavailable, title: "No token", detail: "the token endpoint is away")
  static let overloaded = GatewayFailure(
    .transient, GatewayFailure.Code(rawValue: "OVERLOADED"), title: "Too many waiting calls", detail: "no room")
  static let forbidden = GatewayFailure(.configuration, .forbidden, title: "FORBIDDEN", detail: "insufficient_scope", httpStatus: 403)
  static let tokenExpired = GatewayFailure(.transient, .tokenExpired, title: "UNAUTHORIZED", detail: "'exp' claim expired", httpStatus: 401)
  static func rateLimited(_ retryAfter: Duration?) -> GatewayFailure {
    GatewayFailure(.transient, .rateLimited, title: "TOO_MANY", detail: "slow down", httpStatus: 429, retryAfter: retryAfter)
  }
}

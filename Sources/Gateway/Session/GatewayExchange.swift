import CheckoutSession
import NIOCore

/// One call to the gateway, from its start to its result. Lives on the event loop.
///
/// It waits for a token first (``TokenProvider``), then for a connection (``HTTPTransport``). If its token is refused while it waits for the
/// connection, it goes back to waiting for a token: nothing was sent, so nothing is lost.
final class GatewayExchange: HTTPExchange, TokenWaiter {
  /// Which call, and where its result goes.
  enum Kind {
    case create(CreateSessionCall, ResultSink<CreateSessionResult>)
    case read(ReadSessionCall, ResultSink<ReadSessionResult>)
  }

  private let kind: Kind
  private let merchant: MerchantChannel
  private let environment: ExchangeEnvironment
  private var tokenGeneration = 0
  private var sentAt = Timestamp(millisecondsSinceEpoch: 0)
  private var sentDeadline: NIODeadline?

  init(_ kind: Kind, merchant: MerchantChannel, environment: ExchangeEnvironment) {
    self.kind = kind
    self.merchant = merchant
    self.environment = environment
  }

  /// Begins.
  func start() {
    merchant.tokens.admit(self)
  }

  func tokenIsThere(after wait: TimeAmount) {
    // Calls come at the pace of the quota. Those that piled up behind a slow token endpoint would leave all at once, so they go back to
    // take their turn again. Reads have no such turn.
    if case .create = kind, wait > environment.tokenWaitMax { return fail(Self.lateToken) }
    merchant.transport.start(self)
  }

  func tokenIsMissing(_ failure: GatewayFailure) {
    fail(failure)
  }

  func write(into buffer: inout ByteBuffer) -> Bool {
    let generation =
      switch kind {
      case .create(let call, _): merchant.writeCreate(call, into: &buffer)
      case .read(let call, _): merchant.writeRead(call, into: &buffer)
      }
    guard let generation else {
      // If a token comes at once, this leads back into the transport, which is in the middle of giving the call a connection. That
      // connection counts as busy until this returns, so the call gets another one, or waits for this one.
      start()
      return false
    }
    tokenGeneration = generation
    sentAt = environment.wallClock.now()
    sentDeadline = .now()
    return true
  }

  func isNamed(in ids: Set<UInt64>) -> Bool {
    switch kind {
    case .create(let call, _): ids.contains(call.id)
    case .read(let call, _): ids.contains(call.id)
    }
  }

  func finish(_ result: Result<HTTPAnswer, TransportFailure>) {
    let duration = note(result)
    switch (kind, result) {
    case (.create(let call, let sink), .success(let answer)) where answer.status == 202:
      merchant.tokens.accepted(generation: tokenGeneration)
      noteTime(of: answer, duration)
      let outcome = AnswerReader.createdSession(
        answer, rule: environment.hostedURLRule, createdAt: createdAt(), lifetime: environment.sessionLifetime,
        reader: &environment.jsonReader)
      sink.append(CreateSessionResult(id: call.id, outcome: outcome))
    case (.read(let call, let sink), .success(let answer)) where answer.status == 200:
      merchant.tokens.accepted(generation: tokenGeneration)
      let outcome = AnswerReader.snapshot(answer, of: call.sessionID, reader: &environment.jsonReader)
      sink.append(ReadSessionResult(id: call.id, outcome: outcome, gatewayDate: noteTime(of: answer, duration)?.date))
    case (_, .success(let answer)):
      let failure = judge(ErrorTable.failure(answer, to: method, now: environment.wallClock.now()))
      // What is no verdict of the gateway (a proxy's page, an overloaded front) may carry somebody else's time.
      fail(failure, at: failure.failureClass == .permanent ? noteTime(of: answer, duration) : nil)
    case (_, .failure(let failure)):
      fail(ErrorTable.failure(failure, to: method))
    }
  }

  /// Tells the keeper of the gateway's time of an answer's.
  @discardableResult
  private func noteTime(of answer: HTTPAnswer, _ duration: TimeAmount?) -> GatewayTime? {
    guard let date = answer.date, let duration else {
      environment.timekeeper.noteSilence()
      return nil
    }
    let time = GatewayTime(date: date, callDuration: .nanoseconds(duration.nanoseconds))
    environment.timekeeper.note(time)
    return time
  }

  /// When the request left, by the gateway's clock if ours is wrong.
  private func createdAt() -> Timestamp {
    guard let sentDeadline else { return sentAt }
    return environment.timekeeper.departure(sentAt: sentAt) { .nanoseconds((NIODeadline.now() - sentDeadline).nanoseconds) }
  }

  private static let lateToken = GatewayFailure(
    .transient, .tokenLate, title: "Token renewed", detail: "a new token has just come: the call was not sent, and can be at once")

  private var method: ErrorTable.Method {
    switch kind {
    case .create: .create
    case .read: .read
    }
  }

  /// A 401 that is about the token is the token's affair; any other answer says that the token is good.
  private func judge(_ failure: GatewayFailure) -> GatewayFailure {
    if failure.code == .unauthorized { return merchant.tokens.refused(generation: tokenGeneration, answer: failure) }
    if failure.failureClass == .permanent { merchant.tokens.accepted(generation: tokenGeneration) }
    return failure
  }

  private func fail(_ failure: GatewayFailure, at time: GatewayTime? = nil) {
    switch kind {
    case .create(let call, let sink): sink.append(CreateSessionResult(id: call.id, outcome: .failure(failure)))
    case .read(let call, let sink): sink.append(ReadSessionResult(id: call.id, outcome: .failure(failure), gatewayDate: time?.date))
    }
  }

  /// - Returns: how long the call took; nil if it never left.
  private func note(_ result: Result<HTTPAnswer, TransportFailure>) -> TimeAmount? {
    let latency = sentDeadline.map { NIODeadline.now() - $0 }
    environment.metrics.finished(status: try? result.get().status, latency: latency)
    return latency
  }
}

import CheckoutSession
import Logging
import NIOCore

/// One source of tokens and the calls that wait for it: however many calls there are, the source is asked once. Lives on the event loop.
final class TokenProvider {
  private struct Waiting {
    var waiter: any TokenWaiter
    var since: NIODeadline
  }

  private let source: any TokenSource
  private let eventLoop: any EventLoop
  private let logger: Logger
  private let metrics: GatewayMetrics
  private let waitingMax: Int
  private(set) var lifecycle: TokenLifecycle
  private var waiting: [Waiting] = []
  private var probes: [(GatewayFailure?) -> Void] = []
  private var askedAt = NIODeadline.uptimeNanoseconds(0)

  /// - Parameter waitingMax: calls that may wait for a token.
  init(
    source: any TokenSource, policy: TokenPolicy, waitingMax: Int, eventLoop: any EventLoop, logger: Logger, metrics: GatewayMetrics
  ) {
    self.source = source
    self.eventLoop = eventLoop
    self.logger = logger
    self.metrics = metrics
    self.waitingMax = waitingMax
    lifecycle = TokenLifecycle(policy: policy)
  }

  /// Lets `waiter` go on now, or as soon as there is a token, or not at all.
  func admit(_ waiter: any TokenWaiter) {
    let now = NIODeadline.now()
    fetchIfDue(now: now)
    switch lifecycle.decision(now: now) {
    case .go:
      waiter.tokenIsThere(after: .zero)
    case .wait where waiting.count < waitingMax:
      waiting.append(Waiting(waiter: waiter, since: now))
    case .wait:
      waiter.tokenIsMissing(ErrorTable.failure(TransportFailure(.overloaded, "too many calls wait for a token", isSent: false), to: .read))
    case .fail(let failure):
      waiter.tokenIsMissing(failure)
    }
  }

  /// Calls off waiting calls.
  func cancel(where isChosen: (any TokenWaiter) -> Bool) {
    let chosen = waiting.filter { isChosen($0.waiter) }
    waiting.removeAll { isChosen($0.waiter) }
    let failure = ErrorTable.failure(TransportFailure(.canceled, "called off while it waited for a token", isSent: false), to: .read)
    for call in chosen { call.waiter.tokenIsMissing(failure) }
  }

  /// The last there is: calls off the calls and probes that wait. The source may never answer any more.
  func shutDown() {
    cancel { _ in true }
    answerProbes(.failure(GatewayClient.shutDownFailure))
  }

  /// The gateway refused the token of this generation; see ``TokenLifecycle/refused(generation:answer:now:random:)``.
  func refused(generation: Int, answer: GatewayFailure) -> GatewayFailure {
    let now = NIODeadline.now()
    let failure = lifecycle.refused(generation: generation, answer: answer, now: now, random: .random(in: 0..<1))
    if failure.failureClass == .configuration {
      logger.error("gateway refused a fresh token", metadata: ["code": "\(failure.code.rawValue)"])
    } else {
      fetchIfDue(now: now)
    }
    return failure
  }

  /// The gateway accepted the token of this generation.
  func accepted(generation: Int) {
    lifecycle.accepted(generation: generation)
  }

  /// Asks the source, whatever the state of the current token, or joins in if it is being asked.
  ///
  /// The token is kept: the first calls after the probe at the start find it, instead of piling up behind a second question while the pace
  /// goes on.
  func probe(_ completion: @escaping (GatewayFailure?) -> Void) {
    // Before the source is asked: it may answer at once.
    probes.append(completion)
    if lifecycle.beginFetch() { fetch(now: .now()) }
  }

  private func fetchIfDue(now: NIODeadline) {
    if lifecycle.beginFetchIfDue(now: now) { fetch(now: now) }
  }

  private func fetch(now: NIODeadline) {
    askedAt = now
    source.fetch { result in self.fetched(result) }
  }

  private func fetched(_ result: Result<GrantedToken, GatewayFailure>) {
    let now = NIODeadline.now()
    let random = Double.random(in: 0..<1)
    switch result {
    case .success(let token):
      lifecycle.fetched(token, askedAt: askedAt, now: now, random: random)
      metrics.tokenRefreshed(succeeded: true)
      logger.debug("token obtained", metadata: ["generation": "\(lifecycle.current?.generation ?? 0)"])
    case .failure(let failure):
      lifecycle.fetchFailed(failure, now: now, random: random)
      metrics.tokenRefreshed(succeeded: false)
      logger.warning("no token", metadata: ["code": "\(failure.code.rawValue)", "class": "\(failure.failureClass.rawValue)"])
    }
    // All of them are decided anew: with a token that is dead on arrival they would otherwise wait for ever.
    let calls = waiting
    waiting = []
    for call in calls {
      switch lifecycle.decision(now: now) {
      case .go: call.waiter.tokenIsThere(after: now - call.since)
      case .wait: waiting.append(call)
      case .fail(let failure): call.waiter.tokenIsMissing(failure)
      }
    }
    answerProbes(result)
  }

  private func answerProbes(_ result: Result<GrantedToken, GatewayFailure>) {
    let completions = probes
    probes = []
    for completion in completions {
      switch result {
      case .success: completion(nil)
      case .failure(let failure): completion(failure)
      }
    }
  }
}

import CheckoutSession
import Logging
import NIOCore

/// What a ``GatewayClient`` has on its event loop: one transport per origin, one token provider per token configuration, the merchants.
final class ClientCore {
  let eventLoop: any EventLoop
  let gateway: HTTPTransport
  let tokenTransports: [HTTPTransport]
  let merchants: [MerchantChannel]
  let providers: [TokenProvider]
  let deliveries: DeliveryQueue
  private let environment: ExchangeEnvironment

  init(plan: ClientPlan, eventLoop: any EventLoop, timekeeper: GatewayTimekeeper, logger: Logger, metrics: GatewayMetrics) {
    let builder = CoreBuilder(plan: plan, eventLoop: eventLoop, wallClock: timekeeper.hostClock, logger: logger, metrics: metrics)
    self.eventLoop = eventLoop
    let gateway = builder.transport(to: plan.baseURL, limits: plan.limits)
    let (providers, transports, indexes) = builder.tokenProviders()
    self.gateway = gateway
    self.providers = providers
    tokenTransports = transports
    environment = ExchangeEnvironment(
      timekeeper: timekeeper, hostedURLRule: plan.hostedURLRule, sessionLifetime: plan.configuration.sessionLifetime, metrics: metrics,
      tokenWaitMax: TimeAmount(plan.configuration.tokenWaitMax))
    merchants = zip(plan.configuration.merchants, indexes).map { merchant, index in
      MerchantChannel(
        merchant: merchant, basePath: plan.baseURL.path, route: plan.route(to: plan.baseURL), userAgent: plan.configuration.userAgent,
        tokens: providers[index], transport: gateway)
    }
    deliveries = DeliveryQueue(eventLoop: eventLoop) { metrics.flush(gateway.takeCounters()) }
    gateway.afterSweep = { [unowned gateway] in metrics.flush(gateway.takeCounters()) }
  }

  func start(_ calls: [CreateSessionCall], completion: @escaping ([CreateSessionResult]) -> Void) {
    let sink = ResultSink(deliveries: deliveries, completion: completion)
    for call in calls {
      guard let merchant = merchant(call.merchantIndex) else {
        sink.append(CreateSessionResult(id: call.id, outcome: .failure(Self.unknownMerchant)))
        continue
      }
      GatewayExchange(.create(call, sink), merchant: merchant, environment: environment).start()
    }
  }

  func startReads(_ calls: [ReadSessionCall], completion: @escaping ([ReadSessionResult]) -> Void) {
    let sink = ResultSink(deliveries: deliveries, completion: completion)
    for call in calls {
      guard let merchant = merchant(call.merchantIndex) else {
        sink.append(ReadSessionResult(id: call.id, outcome: .failure(Self.unknownMerchant)))
        continue
      }
      GatewayExchange(.read(call, sink), merchant: merchant, environment: environment).start()
    }
  }

  func cancel(ids: Set<UInt64>) {
    for provider in providers {
      provider.cancel { ($0 as? GatewayExchange)?.isNamed(in: ids) == true }
    }
    gateway.cancel(ids: ids)
  }

  func cancelAll() {
    for provider in providers {
      provider.cancel { $0 is GatewayExchange }
    }
    gateway.cancelAll()
  }

  /// Lets the calls that are there end within `grace`, calls off the rest, closes all connections.
  func shutDown(grace: TimeAmount) -> EventLoopFuture<Void> {
    let hammer = eventLoop.assumeIsolated().scheduleTask(in: grace) {
      self.cancelAll()
      for transport in self.tokenTransports { transport.cancelAll() }
    }
    return gateway.drain().assumeIsolated()
      .flatMap { EventLoopFuture.andAllSucceed(self.tokenTransports.map { $0.drain() }, on: self.eventLoop) }
      .map {
        hammer.cancel()
        // Who still waits for a token waits for a file to be read, which no transport knows of.
        for provider in self.providers { provider.shutDown() }
      }
      .nonisolated()
  }

  private func merchant(_ index: Int) -> MerchantChannel? {
    merchants.indices.contains(index) ? merchants[index] : nil
  }

  private static let unknownMerchant = GatewayFailure(
    .permanent, GatewayFailure.Code(rawValue: "UNKNOWN_MERCHANT"), title: "Unknown merchant",
    detail: "no merchant of the configuration has this index")
}

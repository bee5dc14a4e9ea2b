import CheckoutSession
import NIOCore
import Synchronization

extension GatewayClient {
  /// Tries what can be tried without making a session: connects to the gateway (DNS, proxy, TLS included) and obtains every token anew.
  public func probe() async -> ProbeReport {
    if isShutDown.withLock({ $0 }) {
      return ProbeReport(findings: [.init(subject: "gateway client", failure: Self.shutDownFailure)])
    }
    var findings = [await probeConnection()]
    for index in plan.configuration.merchants.indices where isFirstWithItsToken(index) {
      let result = await probeToken(merchantIndex: index)
      findings.append(.init(subject: "token of merchant \(plan.configuration.merchants[index].name)", failure: result))
    }
    return ProbeReport(findings: findings)
  }

  private func isFirstWithItsToken(_ index: Int) -> Bool {
    let merchants = plan.configuration.merchants
    return merchants.firstIndex { $0.token == merchants[index].token } == index
  }

  private func probeConnection() async -> ProbeReport.Finding {
    let factory = ConnectionFactory(
      route: plan.route(to: plan.baseURL), tlsContext: plan.tlsContext, connectTimeout: plan.limits.connectTimeout)
    let subject = "gateway \(factory.route.target.authority)"
    do {
      let channel = try await factory.connect(on: eventLoop).get()
      channel.close(promise: nil)
      return ProbeReport.Finding(subject: subject)
    } catch {
      let failure = ConnectFailure.failure(error, peer: factory.route.target.authority)
      return ProbeReport.Finding(subject: subject, failure: ErrorTable.failure(failure, to: .read))
    }
  }

  private func probeToken(merchantIndex: Int) async -> GatewayFailure? {
    let core = self.core
    let answer = eventLoop.flatSubmit {
      let promise = core.value.eventLoop.makePromise(of: GatewayFailure?.self)
      core.value.merchants[merchantIndex].tokens.probe { promise.succeed($0) }
      return promise.futureResult
    }
    do {
      return try await answer.get()
    } catch {
      return Self.shutDownFailure
    }
  }
}

import CheckoutSession
import NIOCore
import NIOSSL

/// A checked ``GatewayConfiguration`` with everything parsed and loaded.
struct ClientPlan: Sendable {
  let configuration: GatewayConfiguration
  let baseURL: HTTPURL
  let hostedURLRule: HostedURLRule
  let tlsContext: NIOSSLContext?

  /// Reads the certificates, which blocks for some milliseconds.
  /// - Throws: everything that is wrong.
  init(_ configuration: GatewayConfiguration) throws(GatewayConfigurationError) {
    self.configuration = configuration
    var problems = configuration.problems()
    guard problems.isEmpty, let baseURL = HTTPURL(configuration.baseURL),
      let hostedURLRule = HostedURLRule(
        origin: configuration.hostedURLOrigin, appEnvironment: configuration.appEnvironment)
    else { throw GatewayConfigurationError(problems: problems) }
    self.baseURL = baseURL
    self.hostedURLRule = hostedURLRule
    do {
      tlsContext = try Self.tlsContext(caFile: configuration.caFile)
    } catch {
      problems.append(.init(field: "gateway.caFile", reason: "cannot be used: \(ConnectFailure.explanation(error))"))
      throw GatewayConfigurationError(problems: problems)
    }
  }

  /// Certificates and host names are verified; TLS 1.2 at least.
  private static func tlsContext(caFile: String?) throws -> NIOSSLContext {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["http/1.1"]
    if let caFile { tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(caFile))] }
    return try NIOSSLContext(configuration: tls)
  }

  /// How to get to `origin`.
  func route(to origin: HTTPURL) -> HTTPRoute {
    HTTPRoute(to: origin, proxy: configuration.proxy, noProxy: configuration.noProxy)
  }

  /// The bounds for the gateway.
  var limits: TransportLimits {
    TransportLimits(
      connectionsMax: configuration.maxConcurrentRequests, waitingMax: configuration.maxWaitingRequests,
      connectTimeout: TimeAmount(configuration.connectTimeout), requestTimeout: TimeAmount(configuration.requestTimeout),
      idleTimeout: TimeAmount(configuration.idleTimeout), connectionAgeMax: TimeAmount(configuration.maxConnectionAge),
      headerBytesMax: configuration.headerBytesMax, answerBytesMax: configuration.answerBytesMax)
  }

  /// The bounds for a token endpoint, which is asked about once an hour.
  var tokenLimits: TransportLimits {
    var limits = self.limits
    limits.connectionsMax = 2
    limits.waitingMax = configuration.merchants.count + 1
    limits.idleTimeout = min(limits.idleTimeout, .seconds(5))
    return limits
  }
}

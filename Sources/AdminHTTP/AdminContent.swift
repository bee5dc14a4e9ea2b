import Telemetry

/// What the admin endpoints show.
public struct AdminContent: Sendable {
  /// The program's name, e.g. `checkout-worker run`.
  public var program: String
  /// Its version.
  public var version: String
  /// The registry served at `/metrics`.
  public var registry: PrometheusRegistry
  /// Names of the metrics in the page's table, in order; those without a value are left out.
  public var keyMetrics: [String]
  /// Where to look next: runbooks, dashboards.
  public var links: [OperationsLink]
  /// Whether the process should go on living: failing means restart it. Says nothing about its surroundings.
  public var liveness: @Sendable () async -> [HealthCheck]
  /// Whether the process does its work: failing means an operator should look, or traffic go elsewhere.
  public var readiness: @Sendable () async -> [HealthCheck]

  /// Creates the content.
  public init(
    program: String, version: String, registry: PrometheusRegistry, keyMetrics: [String] = [], links: [OperationsLink] = [],
    liveness: @escaping @Sendable () async -> [HealthCheck] = { [] }, readiness: @escaping @Sendable () async -> [HealthCheck] = { [] }
  ) {
    self.program = program
    self.version = version
    self.registry = registry
    self.keyMetrics = keyMetrics
    self.links = links
    self.liveness = liveness
    self.readiness = readiness
  }
}

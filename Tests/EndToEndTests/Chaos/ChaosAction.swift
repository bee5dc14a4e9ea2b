/// One thing that the adversary does.
enum ChaosAction: Hashable, Sendable {
  /// How the gateway is not there.
  enum GatewayOutage: String, Hashable, Sendable, CaseIterable { case refused, unavailable, throttled }

  /// SIGKILL; the supervisor starts it again so much later.
  case kill(FleetPlace, restartAfter: Duration)
  /// SIGSTOP, and SIGCONT so much later.
  case freeze(FleetPlace, for: Duration)
  /// SIGTERM, and a new process in its place so much after its end.
  case leave(FleetPlace, for: Duration)
  /// The gateway refuses connections, or answers all calls with 503 or 429.
  case gatewayOutage(GatewayOutage, for: Duration)
  /// The broker ends and starts again.
  case brokerRestart
  /// The file system of the ledger has no room left. SQLite only.
  case diskFull(for: Duration)
  /// PostgreSQL ends and starts again: `fast` takes leave of its clients, otherwise it recovers from its log. PostgreSQL only.
  case databaseRestart(isFast: Bool)
  /// The time of day of one process is wrong by so much, for so long.
  case clockStep(FleetPlace, by: Duration, for: Duration)
}

extension ChaosAction: CustomStringConvertible {
  var description: String {
    switch self {
    case .kill(let place, let pause): "SIGKILL \(place), again after \(pause.shown)"
    case .freeze(let place, let time): "SIGSTOP \(place) for \(time.shown)"
    case .leave(let place, let pause): "SIGTERM \(place), again after \(pause.shown)"
    case .gatewayOutage(let kind, let time): "gateway \(kind.rawValue) for \(time.shown)"
    case .brokerRestart: "broker restart"
    case .diskFull(let time): "disk full for \(time.shown)"
    case .databaseRestart(let isFast): "PostgreSQL restart, \(isFast ? "fast" : "immediate")"
    case .clockStep(let place, let step, let time): "clock of \(place) \(step.shown) for \(time.shown)"
    }
  }
}

extension Duration {
  /// In seconds, with a tenth.
  var shown: String {
    let tenths = (components.seconds * 10) + components.attoseconds / 100_000_000_000_000_000
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) s"
  }

  /// As a number of seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

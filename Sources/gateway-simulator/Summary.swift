import GatewaySimulator

/// What a simulator saw, for a person.
struct Summary {
  let text: String

  init(_ statistics: SimulatorStatistics) {
    var lines: [String] = []
    func add(_ name: String, _ value: String) { lines.append("  " + name + String(repeating: " ", count: max(1, 30 - name.count)) + value) }
    func list<Name>(_ counts: [Name: Int], _ text: (Name) -> String) -> String {
      counts.map { (text($0), $1) }.sorted { $0.0 < $1.0 }.map { "\($0): \($1)" }.joined(separator: ", ")
    }
    lines.append("scenario \(statistics.scenario)")
    for (route, outcomes) in statistics.requests.sorted(by: { $0.key < $1.key }) { add(route, list(outcomes) { $0 }) }
    if !statistics.faults.isEmpty { add("faults", list(statistics.faults) { $0.rawValue }) }
    add("most requests in a second", String(statistics.peakRequestsPerSecond))
    if let excess = statistics.quotaExcessPeak { add("most over the quota", "\(Int(excess.rounded(.up))) requests") }
    add("429s", String(statistics.quotaRefusals))
    add("sessions", "\(statistics.sessions)  \(list(statistics.sessionsByStatus) { $0.rawValue })")
    let repeated = statistics.sessionsPerTransaction.filter { $0.key > 1 }
    if !repeated.isEmpty { add("transactions with n sessions", list(repeated) { "\($0) sessions" }) }
    add("tokens issued", String(statistics.tokensIssued))
    add("connections", String(statistics.connectionsTotal))
    text = lines.joined(separator: "\n")
  }
}

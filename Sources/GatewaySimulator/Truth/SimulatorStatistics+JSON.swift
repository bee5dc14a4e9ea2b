import CheckoutSession

extension SimulatorStatistics {
  /// The statistics as one JSON object.
  func json() -> [UInt8] {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { $0.object(write) }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func write(_ body: inout JSONWriter) {
    body.member("scenario", scenario)
    body.member("elapsedMilliseconds", elapsed.wholeMilliseconds)
    body.object("requests") { routes in
      for (route, outcomes) in requests.sorted(by: { $0.key < $1.key }) {
        routes.object(route) { Self.write(outcomes.sorted { $0.key < $1.key }, to: &$0) }
      }
    }
    body.object("faults") { Self.write(faults.map { ($0.rawValue, $1) }.sorted { $0.0 < $1.0 }, to: &$0) }
    body.member("peakRequestsPerSecond", peakRequestsPerSecond)
    body.member("quotaRefusals", quotaRefusals)
    if let quotaExcessPeak { body.rawMember("quotaExcessPeak", String(quotaExcessPeak)) } else { body.nullMember("quotaExcessPeak") }
    body.member("sessions", sessions)
    body.object("sessionsByStatus") { Self.write(sessionsByStatus.map { ($0.rawValue, $1) }.sorted { $0.0 < $1.0 }, to: &$0) }
    body.object("sessionsPerTransaction") {
      Self.write(sessionsPerTransaction.sorted { $0.key < $1.key }.map { (String($0), $1) }, to: &$0)
    }
    body.array("repeatedTransactions") { list in
      for repeated in repeatedTransactions {
        list.object { one in
          one.member("merchantId", repeated.merchantID)
          one.member("merchantTransactionId", repeated.merchantTransactionID)
          one.member("sessions", repeated.sessions)
        }
      }
    }
    body.member("tokensIssued", tokensIssued)
    body.member("connectionsOpen", connectionsOpen)
    body.member("connectionsTotal", connectionsTotal)
  }

  private static func write(_ counts: [(key: String, value: Int)], to object: inout JSONWriter) {
    for (name, count) in counts { object.member(name, count) }
  }
}

import Testing

/// Every session in the replies exists at the gateway, was made for that very request, and stands in one request's replies only.
func expectTruth(_ replies: [ReadReply], _ simulator: SimulatorProcess, sourceLocation: SourceLocation = #_sourceLocation) async throws {
  let transactions = Dictionary(
    try await simulator.sessions().map { ($0.id, $0.merchantTransactionID) }, uniquingKeysWith: { first, _ in first })
  let created = replies.filter { $0.outcome == "CREATED" }
  let strange = created.filter { $0.sessionID.flatMap { transactions[$0] } != $0.requestID }
  #expect(strange.isEmpty, "unknown or foreign sessions, first \(strange.first?.requestID ?? "")", sourceLocation: sourceLocation)
  let wrong = created.filter { reply in
    reply.hostedURL?.hasPrefix(Lane.hostedURLOrigin + "/") != true || reply.hostedURL?.contains(reply.sessionID ?? "?") != true
  }
  #expect(wrong.isEmpty, "hostedUrl of another host or session, first \(wrong.first?.requestID ?? "")", sourceLocation: sourceLocation)
}

/// All replies of one request id are the same reply: `ce_id`, session and URL.
func expectIdentical(_ replies: [ReadReply], sourceLocation: SourceLocation = #_sourceLocation) {
  var differing: [String] = []
  for (id, group) in Dictionary(grouping: replies, by: \.requestID) {
    let kinds = Set(group.map { [$0.ceID, $0.outcome, $0.sessionID ?? "", $0.hostedURL ?? ""] })
    if kinds.count != 1 { differing.append(id) }
  }
  #expect(
    differing.isEmpty, "\(differing.count) requests with differing replies, first \(differing.sorted().first ?? "")",
    sourceLocation: sourceLocation)
}

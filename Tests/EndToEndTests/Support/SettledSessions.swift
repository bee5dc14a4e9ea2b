import CheckoutSession
import Testing

/// What the worker published of some sessions, beside what the simulator says became of them.
struct SettledSessions: Sendable {
  /// Replies with a session; a session may stand in more than one.
  let replies: [ReadReply]
  /// In the order of their offsets within each partition, and so for each key.
  let events: [ReadEvent]
  let truth: [SimulatorProcess.Session]

  /// - Parameter replies: any; those without a session do not count.
  init(replies: [ReadReply], events: [ReadEvent], truth: [SimulatorProcess.Session]) {
    self.replies = replies.filter { $0.outcome == "CREATED" }
    self.events = events
    self.truth = truth
  }

  /// The polls that the events of an end tell, all together.
  var pollsTold: Int {
    Dictionary(events.filter(\.isTerminal).map { ($0.ceID, $0.polls) }, uniquingKeysWith: { first, _ in first }).values.reduce(0, +)
  }

  /// Sessions by how the gateway ended them.
  var endsCount: [SessionStatus: Int] {
    let published = Set(replies.compactMap(\.sessionID))
    return Dictionary(truth.filter { published.contains($0.id) }.map { ($0.end, 1) }, uniquingKeysWith: +)
  }

  /// Every event says what `contract/messages.md` wants of it, and what the reply said of its session.
  func expectWellFormed(sourceLocation: SourceLocation = #_sourceLocation) {
    let bySession = Dictionary(replies.map { ($0.sessionID ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    var faults: [String] = []
    for event in events {
      let place = "\(event.requestID) \(event.status.rawValue)"
      guard let reply = bySession[event.sessionID] else {
        faults.append("\(place): session \(event.sessionID) was never published")
        continue
      }
      let record = event.record
      let told = [record.key, event.requestID, event.mode, event.createdAt, event.merchantTransactionID ?? event.requestID]
      let wanted = [reply.record.key, reply.requestID, reply.mode, reply.createdAt, reply.requestID]
      if told != wanted { faults.append("\(place): \(told) in place of \(wanted)") }
      if event.isTerminal != event.status.isTerminal { faults.append("\(place): terminal \(event.isTerminal)") }
      if event.polls < 1 { faults.append("\(place): \(event.polls) polls") }
      if record.text("ce_type") != event.status.cloudEventsType { faults.append("\(place): ce_type \(record.text("ce_type") ?? "")") }
      if record.text("ce_specversion") != "1.0" || record.text("content-type") != "application/json" { faults.append("\(place): headers") }
      if record.text("ce_source")?.isEmpty != false { faults.append("\(place): no ce_source") }
      let strange = event.members.subtracting(Self.members)
      if !strange.isEmpty { faults.append("\(place): members \(strange.sorted())") }
    }
    expectNone(faults, "malformed events", sourceLocation)
    let ids = Dictionary(grouping: events, by: \.ceID).mapValues { Set($0.map { [$0.sessionID, $0.status.rawValue] }) }
    #expect(ids.values.allSatisfy { $0.count == 1 }, "one ce_id of two events", sourceLocation: sourceLocation)
    #expect(Set(ids.values).count == ids.count, "two ce_ids of one event", sourceLocation: sourceLocation)
  }

  /// In the order of offsets, no session goes back.
  func expectForwardOnly(sourceLocation: SourceLocation = #_sourceLocation) {
    var latest: [String: ReadEvent] = [:]
    var faults: [String] = []
    for event in events {
      if let before = latest[event.sessionID], before.ceID != event.ceID, !before.status.mayBecome(event.status) {
        faults.append("\(event.requestID): \(event.status.rawValue) after \(before.status.rawValue)")
      }
      latest[event.sessionID] = event
    }
    expectNone(faults, "sessions that went back", sourceLocation)
  }

  /// Each session that was published has one end, the true one; no other session has any.
  func expectOneTrueEndEach(sourceLocation: SourceLocation = #_sourceLocation) {
    let ends = Dictionary(grouping: events.filter(\.isTerminal), by: \.sessionID).mapValues { Set($0.map(\.status)) }
    let truth = Dictionary(truth.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var missing: [String] = []
    var several: [String] = []
    var wrong: [String] = []
    for (session, id) in Dictionary(replies.map { ($0.sessionID ?? "", $0.requestID) }, uniquingKeysWith: { first, _ in first }) {
      let told = ends[session] ?? []
      if told.isEmpty { missing.append("\(id) (\(session)), truly \(truth[session]?.end.rawValue ?? "unknown")") }
      if told.count > 1 { several.append("\(id): \(told.map(\.rawValue).sorted())") }
      guard let end = told.first, end != truth[session]?.end else { continue }
      wrong.append("\(id): told \(end.rawValue), truly \(truth[session]?.end.rawValue ?? "unknown")")
    }
    expectNone(missing, "sessions without an end", sourceLocation)
    expectNone(several, "sessions with several ends", sourceLocation)
    expectNone(wrong, "false ends", sourceLocation)
    let orphans = Set(events.map(\.sessionID)).subtracting(replies.compactMap(\.sessionID))
    expectNone(orphans.sorted(), "sessions that nobody was told of, with events", sourceLocation)
  }

  /// Nobody was killed, so no event is there twice.
  func expectNoRepetitions(sourceLocation: SourceLocation = #_sourceLocation) {
    let repeated = Dictionary(grouping: events, by: \.ceID).filter { $0.value.count > 1 }
    expectNone(repeated.map { "\($0.value[0].requestID) \($0.value[0].status.rawValue)" }, "repeated events", sourceLocation)
  }

  /// An event that is there twice says the same twice.
  func expectIdenticalRepetitions(sourceLocation: SourceLocation = #_sourceLocation) {
    let differing = Dictionary(grouping: events, by: \.ceID).filter { Set($0.value.map(\.content)).count > 1 }
    expectNone(differing.map { "\($0.value.map(\.content))" }, "differing repetitions", sourceLocation)
  }

  private func expectNone(_ faults: [String], _ what: String, _ sourceLocation: SourceLocation) {
    #expect(faults.isEmpty, "\(faults.count) \(what), first: \(faults.sorted().prefix(3))", sourceLocation: sourceLocation)
  }

  /// The members that the contract lists, and no others.
  private static let members = Set(
    [
      "requestId", "merchantId", "merchantTransactionId", "sessionId", "mode", "status", "terminal", "observedAt", "createdAt", "polls",
      "payment", "paymentMethod",
    ]
      + ["id", "status", "amount", "currencyCode", "paymentMethodId", "error"].map { "payment.\($0)" }
      + ["id", "type", "cardBrand", "last4", "expiryMonth", "expiryYear"].map { "paymentMethod.\($0)" })
}

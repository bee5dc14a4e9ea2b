import CheckoutSession
import Records
import Stage

/// Writes replies and dead letters (`contract/messages.md`) into a batch of outgoing records.
struct ReplyComposer: Sendable {
  let routing: ReplyRouting
  let payload: DeadLetterPayload
  private let headers: ReplyHeaders

  init(routing: ReplyRouting, payload: DeadLetterPayload) {
    self.routing = routing
    self.payload = payload
    headers = ReplyHeaders(source: routing.source)
  }

  /// Appends the reply unless it is in the topic already, and the dead letter if one belongs to it.
  func append(_ settlement: Settlement, to outgoing: inout OutgoingRecords) {
    if !settlement.replyIsPublished { appendReply(settlement, to: &outgoing) }
    if Self.needsDeadLetter(settlement.decision.outcome) { appendDeadLetter(settlement, to: &outgoing) }
  }

  /// Whether requests that end so also go to the dead-letter topic.
  static func needsDeadLetter(_ outcome: ReplyOutcome) -> Bool { outcome == .rejected || outcome == .failed }

  private func appendReply(_ settlement: Settlement, to outgoing: inout OutgoingRecords) {
    let request = settlement.request.incoming
    let reply = Reply(
      identity: request.identity, merchantTransactionID: request.merchantTransactionID, mode: request.mode,
      decision: settlement.decision, generation: settlement.generation)
    outgoing.append(
      topic: request.headers.replyTopic ?? routing.repliesTopic, partition: request.headers.replyPartition, key: request.key,
      value: { reply.append(to: &$0) },
      headers: { bytes in
        self.headers[reply.decision.outcome].append(id: reply.ceID, time: reply.decision.decidedAt, to: &bytes)
        if let correlation = request.headers.correlation { bytes.append(contentsOf: correlation) }
        if let trace = request.headers.trace {
          PackedHeaders.append(name: HeaderName.traceparent.utf8, value: trace.traceparent.utf8, to: &bytes)
          if let state = trace.tracestate { PackedHeaders.append(name: HeaderName.tracestate.utf8, value: state.utf8, to: &bytes) }
        }
      })
  }

  private func appendDeadLetter(_ settlement: Settlement, to outgoing: inout OutgoingRecords) {
    let request = settlement.request.incoming
    outgoing.append(
      topic: routing.deadLettersTopic, key: request.key, value: deadLetterValue(settlement),
      headers: { bytes in
        bytes.append(contentsOf: request.copiedHeaders.bytes)
        DeadLetterHeaders(settlement: settlement, consumerGroup: routing.consumerGroup).append(to: &bytes)
      })
  }

  /// Writes the dead letter's value; nil for a tombstone's.
  private func deadLetterValue(_ settlement: Settlement) -> ((inout [UInt8]) -> Void)? {
    let request = settlement.request.incoming
    let value = request.source.batch.value(of: request.record)
    let coordinate = request.coordinate
    if payload == .reference || settlement.deadLetterWithoutValue {
      return { DeadLetterReference(coordinate: coordinate, value: value).append(to: &$0) }
    }
    guard let value else { return nil }
    switch payload {
    case .full: return { $0.append(contentsOf: value) }
    // What cannot be read cannot be masked either, so then only the reference is left.
    case .redacted:
      guard let redacted = CustomerDataScrubber.redactedBody(value) else {
        return { DeadLetterReference(coordinate: coordinate, value: value).append(to: &$0) }
      }
      return { $0.append(contentsOf: redacted) }
    case .reference: return nil
    }
  }
}

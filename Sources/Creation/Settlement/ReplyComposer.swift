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
        if let replay = request.headers.replay { bytes.append(contentsOf: replay.echo) }
        if let trace = request.headers.trace {
          PackedHeaders.append(name: HeaderName.traceparent.utf8, value: trace.traceparent.utf8, to: &bytes)
          if let state = trace.tracestate { PackedHeaders.append(name: HeaderName.tracestate.utf8, value: state.utf8, to: &bytes) }
        }
      })
  }

  private func appendDeadLetter(_ settlement: Settlement, to outgoing: inout OutgoingRecords) {
    let value = deadLetterValue(settlement)
    outgoing.append(
      topic: routing.deadLettersTopic, key: settlement.request.incoming.key, value: value.write,
      headers: { bytes in
        DeadLetterHeaders(settlement: settlement, consumerGroup: routing.consumerGroup, carried: value.carried).append(to: &bytes)
      })
  }

  /// What the dead letter carries, and how to write it; a tombstone's has no value.
  private func deadLetterValue(_ settlement: Settlement) -> (carried: DeadLetterPayload, write: ((inout [UInt8]) -> Void)?) {
    let request = settlement.request.incoming
    let value = request.source.batch.value(of: request.record)
    let reference = DeadLetterReference(coordinate: request.coordinate, value: value)
    if payload == .reference || settlement.deadLetterWithoutValue { return (.reference, reference.append) }
    guard let value else { return (.full, nil) }
    guard payload == .redacted else { return (.full, { $0.append(contentsOf: value) }) }
    // What cannot be read cannot be masked either, so then only the reference is left.
    guard let redacted = CustomerDataScrubber.redactedBody(value) else { return (.reference, reference.append) }
    return (.redacted, { $0.append(contentsOf: redacted) })
  }
}

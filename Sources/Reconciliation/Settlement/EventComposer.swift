import CheckoutSession
import Records
import Stage

/// Writes status events (`contract/messages.md`, "Status event value") into a batch of outgoing records.
struct EventComposer: Sendable {
  private let topic: String
  private let headers: [SessionStatus: CloudEventHeaders]

  /// - Parameters:
  ///   - topic: where events go.
  ///   - source: `ce_source`.
  init(topic: String, source: String) {
    self.topic = topic
    headers = Dictionary(
      uniqueKeysWithValues: SessionStatus.allCases.map { ($0, CloudEventHeaders(type: $0.cloudEventsType, source: source)) })
  }

  /// Appends the settlement's event; nothing if there is none.
  func append(_ settlement: Settlement, to outgoing: inout OutgoingRecords) {
    guard let recorded = settlement.event, let headers = headers[recorded.status] else { return }
    let session = settlement.session
    let event = StatusEvent(
      identity: session.identity, merchantTransactionID: session.merchantTransactionID, sessionID: session.sessionID, mode: session.mode,
      status: recorded.status, observedAt: recorded.observedAt, createdAt: session.createdAt, polls: recorded.polls,
      payment: settlement.payment, paymentMethod: settlement.paymentMethod)
    outgoing.append(
      topic: topic, key: session.recordKey?[...], value: { event.append(to: &$0) },
      headers: { headers.append(id: event.ceID, time: recorded.observedAt, to: &$0) })
  }
}

import CheckoutSession
import GatewaySimulator

/// What the gateway says of one of its sessions: the truth.
struct DemoTrueSession: Sendable {
  /// Its id.
  var id: String
  /// What it was made for.
  var mode: SessionMode
  /// `payment.merchantTransactionId` of the request that made it.
  var merchantTransactionID: String?
  /// Whether the gateway failed on purpose when it answered, so that the worker could not learn of the session.
  var isExcused: Bool
  /// When it was made.
  var createdAt: Timestamp
  /// When a shopper could use it for the first time; nil if that never came.
  var usableAt: Timestamp?
  /// How it ended.
  var end: SessionStatus
  /// When it ended.
  var endedAt: Timestamp
}

extension DemoTrueSession {
  /// What the simulator recorded.
  init(_ record: SessionRecord) {
    self.init(
      id: record.id, mode: record.mode, merchantTransactionID: record.merchantTransactionID,
      isExcused: record.fault?.makesSession == true, createdAt: record.createdAt,
      usableAt: record.history.first { $0.status == .created }?.at, end: SessionStatus(record.end.status), endedAt: record.end.at)
  }
}

extension SessionStatus {
  /// What the worker calls a status of the simulator.
  fileprivate init(_ status: SimulatedStatus) {
    self =
      switch status {
      case .accepted: .accepted
      case .created: .created
      case .completed: .completed
      case .failed: .failed
      case .canceled: .canceled
      case .timedOut: .timedOut
      }
  }
}

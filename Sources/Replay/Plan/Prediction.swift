import CheckoutSession

/// What a plan says would become of a record if it were sent.
public struct Prediction: Hashable, Sendable {
  /// What becomes of it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The gateway is asked, and a session is made under ``Prediction/generation``.
    case willCreate = "WILL_CREATE"
    /// The gateway is asked, but it has rejected this very body before.
    case gatewayRejectsAgain = "GATEWAY_REJECTS_AGAIN"
    /// Still rejected before the gateway is asked; ``Prediction/detail`` says why.
    case stillRejected = "STILL_REJECTED"
    /// The ledger has a session that is open or has completed: the same reply is given again.
    case alreadyAnswered = "ALREADY_ANSWERED"
    /// Nobody waits for the answer any more.
    case expired = "EXPIRED"
    /// The identity stands for another body.
    case conflict = "CONFLICT"
    /// The original has been removed from the request topic, or is not the one that failed: nothing can be sent.
    case gone = "GONE"
    /// The dead letter carries a masked value, which is for reading only: nothing can be sent.
    case redacted = "REDACTED"
    /// It has been sent again, or dropped, already: nothing would be sent.
    case alreadyReplayed = "ALREADY_REPLAYED"

    /// Whether there is anything that could be sent.
    public var canBeSent: Bool { self != .gone && self != .redacted && self != .alreadyReplayed }
  }

  /// What becomes of it.
  public var kind: Kind
  /// The generation of the session or of the reply; nil if there is none.
  public var generation: Int?
  /// The `error.code` that the reply would have; nil if none is expected.
  public var errorCode: String?
  /// In words, without customer data, for people.
  public var detail: String

  /// Makes a prediction.
  public init(_ kind: Kind, generation: Int? = nil, errorCode: String? = nil, detail: String) {
    self.kind = kind
    self.generation = generation
    self.errorCode = errorCode
    self.detail = detail
  }

  /// Whether an answer is what was predicted. Nothing was predicted of the reply if nothing could be sent.
  public func agrees(with answer: ReplayAnswer) -> Bool {
    switch kind {
    case .willCreate, .alreadyAnswered: answer.outcome == .created && (generation ?? answer.generation) == answer.generation
    case .gatewayRejectsAgain, .stillRejected, .conflict: answer.outcome == .rejected && (errorCode ?? answer.errorCode) == answer.errorCode
    case .expired: answer.outcome == .expired
    case .gone, .redacted, .alreadyReplayed: false
    }
  }
}

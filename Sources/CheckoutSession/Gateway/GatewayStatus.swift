/// What the gateway says about a session (`contract/gateway.md`, "GET /sessions/{id}").
public enum GatewayStatus: Hashable, Sendable {
  /// It exists, but cannot be used yet.
  case accepted
  /// Usable.
  case created
  /// Begun by the shopper.
  case initiated
  /// Ended as it should.
  case completed
  /// Ended otherwise.
  case failed
  /// Called off.
  case canceled
  /// A status that this program does not know: not terminal. At most 64 bytes, without control characters.
  case unknown(String)

  /// Reads a status as the gateway writes it.
  public init(_ text: String) {
    switch text {
    case "ACCEPTED": self = .accepted
    case "CREATED": self = .created
    case "INITIATED": self = .initiated
    case "COMPLETED": self = .completed
    case "FAILED": self = .failed
    case "CANCELED": self = .canceled
    default: self = .unknown(BoundedText.clean(text, bytesMax: 64))
    }
  }

  /// The status as the gateway writes it.
  public var text: String {
    switch self {
    case .accepted: "ACCEPTED"
    case .created: "CREATED"
    case .initiated: "INITIATED"
    case .completed: "COMPLETED"
    case .failed: "FAILED"
    case .canceled: "CANCELED"
    case .unknown(let text): text
    }
  }
}

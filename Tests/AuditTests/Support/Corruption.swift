import CheckoutSession
import Testing

@testable import Audit

/// One thing that goes wrong in the clean world, and the finding that it must give, alone.
struct Corruption: Sendable, CustomTestStringConvertible {
  var name: String
  var code: AuditFinding.Code
  /// Changes the world; gives where the finding must point, and at what other record.
  var apply: @Sendable (inout World) -> (place: RecordCoordinate, other: RecordCoordinate?)

  var testDescription: String { name }

  init(
    _ name: String, _ code: AuditFinding.Code,
    _ apply: @escaping @Sendable (inout World) -> (place: RecordCoordinate, other: RecordCoordinate?)
  ) {
    self.name = name
    self.code = code
    self.apply = apply
  }
}

extension World {
  func request(of id: String, _ number: Int = 0) -> RecordCoordinate {
    requests.filter { $0.identity.requestID == id }[number].place.coordinate
  }

  func reply(of id: String, _ number: Int = 0) -> RecordCoordinate {
    replies.filter { $0.identity.requestID == id }[number].place.coordinate
  }

  func event(of id: String, _ status: SessionStatus) -> RecordCoordinate? {
    events.last { $0.identity.requestID == id && $0.status == status }?.place.coordinate
  }

  mutating func removeReplies(of id: String) { replies.removeAll { $0.identity.requestID == id } }

  func replyIndex(_ id: String, _ number: Int = 0) -> Int { replies.indices.filter { replies[$0].identity.requestID == id }[number] }

  func generationIndex(_ id: String) -> Int { generations.lastIndex { $0.identity.requestID == id } ?? 0 }
}

import CheckoutSession
import Records

/// The CloudEvents headers of a reply in packed form, written once per outcome with the places of id and time left open: nearly every record gets
/// them, and but for those two they are always the same.
struct ReplyHeaders: Sendable {
  private static let idCount = 36
  private static let timeCount = 24

  private struct Template: Sendable {
    var bytes: [UInt8] = []
    var idOffset = 0
    var timeOffset = 0
  }
  private let created: Template
  private let rejected: Template
  private let expired: Template
  private let failed: Template

  /// - Parameter source: `ce_source`.
  init(source: String) {
    created = Self.template(.created, source: source)
    rejected = Self.template(.rejected, source: source)
    expired = Self.template(.expired, source: source)
    failed = Self.template(.failed, source: source)
  }

  /// Appends the headers.
  /// - Parameters:
  ///   - id: `ce_id`, a UUID.
  ///   - time: `ce_time`.
  func append(outcome: ReplyOutcome, id: String, time: Timestamp, to bytes: inout [UInt8]) {
    let template = self[outcome]
    precondition(id.utf8.count == Self.idCount, "a reply's id is a UUID")
    bytes.append(contentsOf: template.bytes[..<template.idOffset])
    bytes.append(contentsOf: id.utf8)
    bytes.append(contentsOf: template.bytes[(template.idOffset + Self.idCount)..<template.timeOffset])
    time.appendRFC3339(to: &bytes)
    bytes.append(contentsOf: template.bytes[(template.timeOffset + Self.timeCount)...])
  }

  private subscript(outcome: ReplyOutcome) -> Template {
    switch outcome {
    case .created: created
    case .rejected: rejected
    case .expired: expired
    case .failed: failed
    }
  }

  private static func template(_ outcome: ReplyOutcome, source: String) -> Template {
    var template = Template()
    func add(_ name: String, _ value: some Collection<UInt8>) {
      PackedHeaders.append(name: name.utf8, value: value, to: &template.bytes)
    }
    add("ce_specversion", "1.0".utf8)
    add("ce_id", Array(repeating: 0, count: idCount))
    template.idOffset = template.bytes.count - idCount
    add("ce_source", source.utf8)
    add("ce_type", outcome.cloudEventsType.utf8)
    add("ce_time", Array(repeating: 0, count: timeCount))
    template.timeOffset = template.bytes.count - timeCount
    add("content-type", "application/json".utf8)
    return template
  }
}

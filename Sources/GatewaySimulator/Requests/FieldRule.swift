import CheckoutSession

/// The rule for one field (`contract/gateway.md`, "POST /sessions — request"). Written from the contract on its own, not shared with the
/// worker: two readings of one text that disagree show a mistake that one reading would hide.
enum FieldRule {
  case uuid
  case digits(count: Int?)
  case text(ClosedRange<Int>)
  case email
  case birthDate
  case metadata
  case cents
  case statementSuffix
  case channels(shopper: Set<String>)
  case httpsURL

  /// What is wrong with `value`; nil if nothing is. `hasAgent` says whether the request comes from an agent.
  func violation(of value: JSONValue, hasAgent: Bool) -> String? {
    switch self {
    case .metadata: return Self.violation(ofMetadata: value)
    case .channels(let shopper): return Self.violation(ofChannels: value, shopper: shopper, hasAgent: hasAgent)
    case .cents: return value.int.map { (1...99_999_999).contains($0) } == true ? nil : "must be integer cents between 1 and 99999999"
    default: break
    }
    guard let text = value.string else { return "must be a string" }
    switch self {
    case .uuid: return UUIDFormat.isUUID(text.utf8) ? nil : "must be a UUID"
    case .digits(let count): return Self.isDigits(text, count: count) ? nil : "must be \(count.map(String.init) ?? "only") digits"
    case .text(let range):
      return range.contains(value.scalarCount) ? nil : "must have \(range.lowerBound) to \(range.upperBound) characters"
    case .email: return Self.isEmail(text) ? nil : "must be a valid address"
    case .birthDate: return Self.isDate(text) ? nil : "must be a date"
    case .statementSuffix: return Self.isSuffix(text) ? nil : "must be up to 10 letters, digits, spaces, - or ., with a letter"
    case .httpsURL: return text.hasPrefix("https://") && text.utf8.count > 8 && !text.contains(" ") ? nil : "must be an https URL"
    case .metadata, .channels, .cents: return nil
    }
  }

  private static func violation(ofMetadata value: JSONValue) -> String? {
    guard value.kind == .object else { return "must be an object" }
    guard value.count <= 20 else { return "must have at most 20 entries" }
    for (name, entry) in value.members {
      guard name.scalarCount <= 40 else { return "keys must have at most 40 characters" }
      guard entry.kind != .string || entry.scalarCount <= 100 else { return "values must have at most 100 characters" }
    }
    return nil
  }

  private static func violation(ofChannels value: JSONValue, shopper: Set<String>, hasAgent: Bool) -> String? {
    guard value.kind == .array else { return "must be an array" }
    for element in value.elements {
      guard let channel = element.string else { return "must hold strings" }
      if shopper.contains(channel) { continue }
      guard channel == "TEXT" || channel == "EMAIL" else { return "holds an unknown channel" }
      guard hasAgent else { return "TEXT and EMAIL need an agent" }
    }
    return nil
  }

  private static func isDigits(_ text: String, count: Int?) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } && (count ?? text.utf8.count) == text.utf8.count
  }

  private static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !text.contains(" ") && text.utf8.count <= 254
  }

  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, zip(parts, [4, 2, 2]).allSatisfy({ isDigits($0, count: $1) }) else { return false }
    return Timestamp(rfc3339: "\(text)T00:00:00Z") != nil || Timestamp(rfc3339: "\(parts[0])-\(parts[2])-\(parts[1])T00:00:00Z") != nil
  }

  private static func isSuffix(_ text: String) -> Bool {
    let isLetter = { (byte: UInt8) in (65...90).contains(byte & 0xDF) }
    let isAllowed = { (byte: UInt8) in isLetter(byte) || (48...57).contains(byte) || byte == 32 || byte == 45 || byte == 46 }
    return text.utf8.count <= 10 && text.utf8.allSatisfy(isAllowed) && text.utf8.contains(where: isLetter)
  }
}

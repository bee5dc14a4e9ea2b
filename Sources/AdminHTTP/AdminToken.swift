/// The bearer token that guards the admin endpoints (`admin.tokenFile`). Its value cannot be printed.
public struct AdminToken: Sendable, CustomStringConvertible, CustomReflectable {
  private let bytes: [UInt8]

  /// - Parameter value: the token; white space around it (a file's newline) is dropped. Nil when nothing is left or when it holds a
  ///   character that cannot stand in a header.
  public init?(_ value: String) {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let trimmed = value.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    guard !trimmed.isEmpty, trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    bytes = Array(trimmed)
  }

  /// Says nothing.
  public var description: String { "[redacted]" }
  /// Shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// Whether an `Authorization` header carries this token. The scheme is compared without case (RFC 9110 11.1).
  func isCarried(by authorization: String?) -> Bool {
    guard let authorization else { return false }
    let parts = authorization.utf8.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else { return false }
    return matches(parts[1].drop { $0 == 0x20 })
  }

  /// Compares in a time that depends on the length presented alone, not on where the first difference is: an early end would let a caller find
  /// the token byte by byte.
  private func matches(_ presented: some Collection<UInt8>) -> Bool {
    var difference = presented.count ^ bytes.count
    for (index, byte) in presented.enumerated() {
      difference |= Int(byte ^ bytes[index % bytes.count])
    }
    return difference == 0
  }
}

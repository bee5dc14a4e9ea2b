/// What a `hostedUrl` must be before it is published (`contract/gateway.md`, "POST /sessions - response"): a wrong host here would send a
/// shopper to a stranger.
///
/// Compares bytes instead of taking the URL apart: a URL that begins with the origin and goes on with `/` or `?` has no room for user info,
/// another port, or a longer host name, and no two URL parsers can disagree about it.
public struct HostedURLRule: Hashable, Sendable {
  /// Longest URL in bytes.
  static let bytesMax = 2048

  /// `https://host` or `https://host:port`, in lower case.
  public let origin: String
  /// What the query's `appEnv` must be; nil if anything will do.
  public let appEnvironment: String?

  /// Accepts an https origin without user info, path and query; nil for everything else.
  public init?(origin: String, appEnvironment: String? = nil) {
    let scheme = "https://"
    let lowercased = origin.lowercased()
    guard lowercased.hasPrefix(scheme) else { return nil }
    let authority = lowercased.utf8.dropFirst(scheme.utf8.count)
    let signs: Set<UInt8> = [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]")]
    guard let first = authority.first, ASCIIText.isLetterOrDigit(first) || first == UInt8(ascii: "["),
      authority.allSatisfy({ ASCIIText.isLetterOrDigit($0) || signs.contains($0) })
    else { return nil }
    self.origin = lowercased
    self.appEnvironment = appEnvironment
  }

  /// Why `url` must not be published for `sessionID`; nil if it may. Never repeats the URL.
  public func fault(in url: String, sessionID: SessionID) -> String? {
    let bytes = Array(url.utf8)
    guard bytes.count <= Self.bytesMax else { return "hostedUrl has \(bytes.count) bytes, at most \(Self.bytesMax) were expected" }
    guard bytes.allSatisfy(Self.isSafe) else { return "hostedUrl has characters that no URL may have" }
    let originEnd = origin.utf8.count
    guard bytes.count > originEnd, ASCIIText.equalsIgnoringCase(bytes[..<originEnd], origin.utf8),
      bytes[originEnd] == UInt8(ascii: "/") || bytes[originEnd] == UInt8(ascii: "?")
    else { return "hostedUrl is not on \(origin)" }
    let beforeFragment = bytes.prefix { $0 != UInt8(ascii: "#") }
    guard let mark = beforeFragment.firstIndex(of: UInt8(ascii: "?")) else { return "hostedUrl has no checkoutSessionId" }
    let query = beforeFragment[(mark + 1)...]
    guard let named = Self.single("checkoutSessionId", in: query), ASCIIText.equalsIgnoringCase(named, sessionID.rawValue.utf8) else {
      return "hostedUrl does not carry the checkoutSessionId of its session"
    }
    if let appEnvironment {
      guard let named = Self.single("appEnv", in: query), named.elementsEqual(appEnvironment.utf8) else {
        return "hostedUrl does not carry appEnv=\(appEnvironment)"
      }
    }
    return nil
  }

  /// Printable ASCII without what RFC 3986 keeps out of URLs. Browsers read a backslash as a slash and drop tabs and line ends.
  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"),
      UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      false
    default: 0x21...0x7E ~= byte
    }
  }

  /// The value of the query's one parameter called `name`; nil if there is none or more than one.
  private static func single(_ name: String, in query: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var found: ArraySlice<UInt8>?
    var start = query.startIndex
    while start < query.endIndex {
      let end = query[start...].firstIndex(of: UInt8(ascii: "&")) ?? query.endIndex
      let equals = query[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
      if query[start..<equals].elementsEqual(name.utf8) {
        guard found == nil else { return nil }
        found = query[min(equals + 1, end)..<end]
      }
      start = end + 1
    }
    return found
  }
}

/// An `http` or `https` URL as this client needs it: an origin and a path, already percent-encoded.
public struct HTTPURL: Hashable, Sendable {
  /// Whether the scheme is `https`.
  public let isSecure: Bool
  /// The host in lower case; an IPv6 address without brackets.
  public let host: String
  /// The port, the scheme's own if none was given.
  public let port: Int
  /// Empty or beginning with `/`; the query is part of it.
  public let path: String
  /// `user:password`, if they were given, as they stand in the URL.
  public let userInfo: Secret?

  /// Reads `scheme://[user:password@]host[:port][/path]`; nil for anything else. A fragment, white space and control characters are nothing
  /// that belongs into a configured URL.
  public init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") }) else { return nil }
    let rest: Substring
    switch text.prefix(while: { $0 != ":" }).lowercased() {
    case "http": (isSecure, rest) = (false, text.dropFirst(4))
    case "https": (isSecure, rest) = (true, text.dropFirst(5))
    default: return nil
    }
    guard rest.hasPrefix("://") else { return nil }
    let afterScheme = rest.dropFirst(3)
    let end = afterScheme.firstIndex { $0 == "/" || $0 == "?" } ?? afterScheme.endIndex
    var authority = afterScheme[..<end]
    let tail = afterScheme[end...]
    path = tail.hasPrefix("?") ? "/" + tail : String(tail)
    if let at = authority.lastIndex(of: "@") {
      userInfo = Secret(String(authority[..<at]))
      authority = authority[authority.index(after: at)...]
    } else {
      userInfo = nil
    }
    guard let (host, port) = Self.hostAndPort(authority, isSecure: isSecure) else { return nil }
    self.host = host
    self.port = port
  }

  private static func hostAndPort(_ authority: Substring, isSecure: Bool) -> (host: String, port: Int)? {
    var portText: Substring?
    let host: Substring
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<close]
      let rest = authority[authority.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      if !rest.isEmpty { portText = rest.dropFirst() }
      guard IPAddress(host)?.bytes.count == 16 else { return nil }
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2 else { return nil }
      host = parts[0]
      if parts.count == 2 { portText = parts[1] }
      guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else { return nil }
    }
    guard let portText else { return (host.lowercased(), isSecure ? 443 : 80) }
    guard let port = Int(portText), (1...65535).contains(port) else { return nil }
    return (host.lowercased(), port)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// The value of a `Host` header: without the port if it is the scheme's own.
  var hostHeader: String {
    let bracketed = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
  }

  /// `scheme://host[:port]`.
  public var origin: String { (isSecure ? "https://" : "http://") + hostHeader }

  /// Whether the host is this machine, whatever the resolver says: `localhost`, `127.0.0.0/8`, `::1`.
  var isLoopback: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    guard let address = IPAddress(host) else { return false }
    return address.bytes.count == 4 ? address.bytes[0] == 127 : address.bytes == Array(repeating: 0, count: 15) + [1]
  }
}

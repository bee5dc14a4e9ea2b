/// Hosts that are reached without the proxy, as `NO_PROXY` names them.
///
/// An entry is `*` (all), a name (that host and everything below it, with or without a leading dot or `*.`), an IP address, or an address
/// range in CIDR form; a name or address may have a port. Names are not resolved, so a range only holds for a host given as an address.
public struct NoProxyList: Hashable, Sendable {
  private enum Entry: Hashable, Sendable {
    case everything
    case domain(String, port: Int?)
    case range(IPAddress, bitCount: Int, port: Int?)
  }

  private var entries: [Entry] = []
  /// Entries that mean nothing.
  let invalidEntries: [String]

  /// Reads a list of entries.
  public init(_ texts: [String]) {
    var invalid: [String] = []
    for text in texts where !text.isEmpty {
      if let entry = Self.entry(text.lowercased()) { entries.append(entry) } else { invalid.append(text) }
    }
    invalidEntries = invalid
  }

  /// Reads `NO_PROXY`: entries with commas or white space between them.
  public init(environmentValue: String) {
    self.init(environmentValue.split { $0 == "," || $0.isWhitespace }.map(String.init))
  }

  /// Whether `host` is to be reached directly.
  public func contains(host: String, port: Int) -> Bool {
    let host = host.lowercased()
    let address = IPAddress(host)
    return entries.contains { entry in
      switch entry {
      case .everything: true
      case .domain(let domain, let wanted): (wanted ?? port) == port && (host == domain || host.hasSuffix("." + domain))
      case .range(let range, let bitCount, let wanted):
        (wanted ?? port) == port && address?.sharesPrefix(range, bitCount: bitCount) == true
      }
    }
  }

  private static func entry(_ text: String) -> Entry? {
    if text == "*" { return .everything }
    if let slash = text.firstIndex(of: "/") {
      guard let address = IPAddress(text[..<slash]), let bits = Int(text[text.index(after: slash)...]) else { return nil }
      guard (0...address.bytes.count * 8).contains(bits) else { return nil }
      return .range(address, bitCount: bits, port: nil)
    }
    if let address = IPAddress(text) { return .range(address, bitCount: address.bytes.count * 8, port: nil) }
    var name = Substring(text)
    if name.hasPrefix("*.") { name = name.dropFirst(2) } else if name.hasPrefix(".") { name = name.dropFirst() }
    guard let url = HTTPURL("http://\(name)"), url.path.isEmpty, url.userInfo == nil else { return nil }
    let port = name.hasSuffix("]") || !name.contains(":") ? nil : url.port
    if let address = IPAddress(url.host) { return .range(address, bitCount: address.bytes.count * 8, port: port) }
    return .domain(url.host, port: port)
  }
}

import FoundationEssentials

extension ValueFormat where Value == String {
  /// An http or https address without user, query and fragment; a slash at its end is dropped.
  static let httpURL = Self(
    type: "URL", expected: "an http or https URL without user, query and fragment, such as https://api.example.com/v1",
    parse: { text in httpAddress(text).map { _ in text.hasSuffix("/") ? String(text.dropLast()) : text } }, print: { $0 })

  /// `https://host`, optionally with a port, and nothing after it.
  static let httpsOrigin = Self(
    type: "URL", expected: "https://host without a path",
    parse: { text in
      guard let address = httpAddress(text), address.scheme?.lowercased() == "https", address.path.isEmpty || address.path == "/" else {
        return nil
      }
      return text.hasSuffix("/") ? String(text.dropLast()) : text
    }, print: { $0 })

  /// `http://host:port` of a proxy.
  static let proxyURL = Self(
    type: "URL", expected: "http://host:port of a proxy, without user and path",
    parse: { text in
      guard let address = httpAddress(text), address.scheme?.lowercased() == "http", address.path.isEmpty || address.path == "/" else {
        return nil
      }
      return text.hasSuffix("/") ? String(text.dropLast()) : text
    }, print: { $0 })

  /// An absolute path in a URL.
  static let urlPath = Self(
    type: "path", expected: "an absolute URL path such as /api/financial/commerce/checkout/v1",
    parse: { text in
      guard text.hasPrefix("/"), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("?"), !text.contains("#") else {
        return nil
      }
      return text.hasSuffix("/") ? String(text.dropLast()) : text
    }, print: { $0 })
}

extension ValueFormat where Value == WorkerConfiguration.Ledger.Store {
  /// `sqlite:PATH`, `postgres://…` or `memory:`.
  static let ledgerURL = Self(
    type: "URL", range: "`sqlite:PATH` `postgres://…` `memory:`", expected: "sqlite:PATH, memory:, or \(PostgresAddress.expected)",
    parse: { text in
      if text == "memory:" { return .memory }
      guard text.hasPrefix("sqlite:") else { return PostgresAddress(url: text).map(Value.postgres) }
      let path = text.dropFirst("sqlite:".count)
      return path.isEmpty || path.hasPrefix("//") ? nil : .sqlite(path: String(path))
    }, print: { "\($0)" })
}

/// The parts of an http or https address that has a host and neither user, query nor fragment.
private func httpAddress(_ text: String) -> URLComponents? {
  guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), let address = URLComponents(string: text) else { return nil }
  guard let scheme = address.scheme?.lowercased(), scheme == "http" || scheme == "https" else { return nil }
  guard let host = address.host, !host.isEmpty, address.port.map({ (1...65_535).contains($0) }) ?? true else { return nil }
  guard address.user == nil, address.password == nil, address.query == nil, address.fragment == nil else { return nil }
  return address
}

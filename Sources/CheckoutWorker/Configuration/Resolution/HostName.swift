/// What can be told from the name of a host alone.
enum HostName {
  /// True for this host's own addresses: `localhost`, `127.0.0.0/8`, `::1` (with or without brackets).
  ///
  /// Only these; a name that happens to resolve to loopback could resolve to something else tomorrow.
  static func isLoopback(_ host: String) -> Bool {
    if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

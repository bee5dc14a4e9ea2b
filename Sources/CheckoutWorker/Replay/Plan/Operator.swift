#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Who works at the command line: for the plan, and for the record of what was sent again.
struct Operator: Hashable, Sendable, CustomStringConvertible {
  /// The name by which the system knows the process's user; its number if it has none.
  var user: String
  /// The machine's name.
  var host: String

  /// Makes one from its names.
  init(user: String, host: String) {
    self.user = user
    self.host = host
  }

  /// Who runs this process, and where. Somebody who became root by sudo is named by who he was.
  static func current() -> Operator {
    let sudoer = getuid() == 0 ? getenv("SUDO_USER").map { String(cString: $0) } : nil
    return Operator(user: sudoer ?? userName(getuid()), host: hostName())
  }

  /// `user@host`.
  var description: String { "\(user)@\(host)" }

  private static func userName(_ number: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      guard let start = buffer.baseAddress, getpwuid_r(number, &entry, start, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return String(number) }
      return String(cString: name)
    }
  }

  private static func hostName() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 257) { buffer in
      buffer.initialize(repeating: 0)
      guard let name = buffer.baseAddress, gethostname(name, buffer.count - 1) == 0 else { return "localhost" }
      return String(cString: name)
    }
  }
}

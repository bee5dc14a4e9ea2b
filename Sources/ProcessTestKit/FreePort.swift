import Glibc

/// A port that the kernel says is free now, for programs that cannot be told to take port 0.
public enum FreePort {
  /// A free port of the loopback interface.
  public static func find() throws(SpawnError) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, count) == 0 && getsockname(descriptor, generic, &count) == 0
      }
    }
    guard isBound else { throw SpawnError("the kernel gave no port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

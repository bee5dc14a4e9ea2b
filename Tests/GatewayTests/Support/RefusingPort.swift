import Glibc
import Testing

/// A port of loopback that refuses every connection for as long as this lives: bound, so that nobody else gets it, and never listened on.
///
/// The port of a server that was stopped is no such port: another test's server may have it in the next moment.
final class RefusingPort: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let handle = descriptor
    let status = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, size) == 0 ? getsockname(handle, $0, &size) : -1 }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    try #require(status == 0)
  }

  deinit { close(descriptor) }
}

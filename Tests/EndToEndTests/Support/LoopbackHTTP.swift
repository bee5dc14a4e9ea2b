import Dispatch
import FoundationEssentials
import Glibc

/// A plain HTTP client for this machine's own endpoints: one connection a request, on a thread of its own.
enum LoopbackHTTP {
  /// An answer.
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// Asks `127.0.0.1:port`.
  static func request(_ method: String = "GET", port: Int, _ path: String, body: String = "") async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "loopback-http").async {
        continuation.resume(with: Result { try exchange(method, port, path, body) })
      }
    }
  }

  /// A port that the kernel says is free now, for programs that must be told theirs.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(0)
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withSocketAddress(&address) { bind(descriptor, $0, count) == 0 && getsockname(descriptor, $0, &count) == 0 }
    guard isBound else { throw ProcessFailure("the kernel gave no port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func exchange(_ method: String, _ port: Int, _ path: String, _ body: String) throws -> Answer {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = loopback(port)
    let isConnected = withSocketAddress(&address) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    guard isConnected else { throw ProcessFailure("cannot connect to port \(port): \(String(cString: strerror(errno)))") }
    let request =
      "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let bytes = Array(request.utf8)
    guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw ProcessFailure("cannot send") }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return try parse(answer)
  }

  private static func parse(_ bytes: [UInt8]) throws -> Answer {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw ProcessFailure("no HTTP answer") }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw ProcessFailure("no status") }
    let body = bytes[end.upperBound...]
    return Answer(status: status, body: head.lowercased().contains("transfer-encoding: chunked") ? dechunk(body) : Array(body))
  }

  private static func dechunk(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var rest = bytes
    var body: [UInt8] = []
    while let end = rest.firstRange(of: Array("\r\n".utf8)) {
      guard let count = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), count > 0 else { break }
      body += rest[end.upperBound...].prefix(count)
      rest = rest[end.upperBound...].dropFirst(count + 2)
    }
    return body
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  private static func withSocketAddress<Result>(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result
  {
    withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
  }
}

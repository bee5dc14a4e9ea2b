import CheckoutSession
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file with a token that something else keeps fresh. Read on a thread of NIO's pool: a file system may hang.
final class FileTokenSource: TokenSource {
  /// No token is larger.
  private static let bytesMax = 16 * 1024

  private let path: String
  private let eventLoop: any EventLoop

  /// - Parameter path: the file.
  init(path: String, eventLoop: any EventLoop) {
    self.path = path
    self.eventLoop = eventLoop
  }

  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    let path = self.path
    let reading = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { Self.token(inFile: path) }
    reading.assumeIsolated().whenComplete { result in
      // The pool itself only fails when the process ends.
      completion((try? result.get()) ?? .failure(Self.failure("the token file cannot be read now")))
    }
  }

  /// The token in the file, white space around it dropped.
  static func token(inFile path: String) -> Result<GrantedToken, GatewayFailure> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(failure("the token file cannot be opened (system error \(errno))")) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return .failure(failure("the token file cannot be read (system error \(errno))")) }
      if got == 0 { break }
      count += got
    }
    guard count <= bytesMax else { return .failure(failure("the token file is larger than \(bytesMax) bytes")) }
    let text = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard text.count == 1, GrantedToken.isSound(String(text[0])) else {
      return .failure(failure("the token file does not hold one token of printable ASCII"))
    }
    return .success(GrantedToken(secret: Secret(String(text[0]))))
  }

  private static func failure(_ detail: String) -> GatewayFailure {
    GatewayFailure(.configuration, .unauthorized, title: "No token", detail: detail)
  }
}

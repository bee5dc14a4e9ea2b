import CheckoutSession
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file with one credential, read anew each time. Its failures name the file, never what is in it.
struct CredentialFile: Sendable {
  /// No token or secret is larger.
  static let bytesMax = 16 * 1024

  /// What is in it, for people, such as `token`.
  let kind: String
  /// The file.
  let path: String

  /// The text in the file, white space around it dropped. Reads on a thread of NIO's pool, since a file system may hang; `completion` is
  /// called on `eventLoop`, where this is called.
  func contents(on eventLoop: any EventLoop, _ completion: @escaping (Result<String, GatewayFailure>) -> Void) {
    let file = self
    let reading = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { file.text() }
    reading.assumeIsolated().whenComplete { result in
      // The pool itself only fails when the process ends.
      completion((try? result.get()) ?? .failure(file.failure("cannot be read now")))
    }
  }

  /// As ``contents(on:_:)``, in place: blocks.
  func text() -> Result<String, GatewayFailure> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(failure("cannot be opened (system error \(errno))")) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return .failure(failure("cannot be read (system error \(errno))")) }
      if got == 0 { break }
      count += got
    }
    guard count <= Self.bytesMax else { return .failure(failure("is larger than \(Self.bytesMax) bytes")) }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else { return .failure(failure("is not UTF-8")) }
    guard let first = text.firstIndex(where: { !$0.isWhitespace }), let last = text.lastIndex(where: { !$0.isWhitespace }) else {
      return .failure(failure("is empty"))
    }
    return .success(String(text[first...last]))
  }

  /// The failure that a file is which `problem`, e.g. `is empty`.
  func failure(_ problem: String) -> GatewayFailure {
    GatewayFailure(.configuration, .unauthorized, title: "No \(kind)", detail: "the \(kind) file \(path) \(problem)")
  }
}

import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file or standard input, read in chunks on a queue of its own: a read can wait for as long as a terminal or a pipe likes.
final class InputFile: Sendable {
  /// Why it cannot be read.
  struct Failure: Error, Hashable, CustomStringConvertible {
    /// The file and what the system says.
    var description: String
  }

  /// How messages name it.
  let name: String

  private static let chunkBytes = 256 * 1024
  private let descriptor: Int32
  private let isOurs: Bool
  private let queue = DispatchQueue(label: "checkout-worker.input")

  /// Opens a file; nil is standard input, `-` too.
  /// - Throws: ``Failure`` when there is no such file or it cannot be read.
  init(path: String?) throws(Failure) {
    guard let path, path != "-" else {
      (name, descriptor, isOurs) = ("standard input", STDIN_FILENO, false)
      return
    }
    name = path
    isOurs = true
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(description: "\(path): \(String(cString: strerror(errno)))") }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw Failure(description: "\(path): is a directory")
    }
  }

  deinit { if isOurs { close(descriptor) } }

  /// The next bytes; nil at the end.
  /// - Throws: ``Failure``.
  func next() async throws(Failure) -> [UInt8]? {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<[UInt8]?, Failure>, Never>) in
      queue.async { continuation.resume(returning: self.read()) }
    }
    return try result.get()
  }

  private func read() -> Result<[UInt8]?, Failure> {
    var number: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, count in
      var got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
      if got < 0 { number = errno }
      count = max(0, got)
    }
    guard number == 0 else { return .failure(Failure(description: "\(name): \(String(cString: strerror(number)))")) }
    return .success(bytes.isEmpty ? nil : bytes)
  }
}

#if canImport(Glibc)
  import Glibc

  private let systemWrite = Glibc.write
#elseif canImport(Musl)
  import Musl

  private let systemWrite = Musl.write
#endif

/// Standard output and standard error, written at once: what a command prints is there when it is killed in the next moment.
public enum StandardStreams {
  /// Writes `text` and a newline (unless it ends in one) to standard output.
  public static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes `text` and a newline (unless it ends in one) to standard error.
  public static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes bytes as they are to standard output: progress lines that overwrite themselves.
  public static func writeRaw(_ text: String) { write(bytes: Array(text.utf8), to: STDOUT_FILENO) }

  /// Whether standard output is a terminal.
  public static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    write(bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: descriptor)
  }

  private static func write(bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        guard errno == EINTR else { return }
        continue
      }
      rest = rest.dropFirst(written)
    }
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes each line to a file descriptor with one `write(2)`.
///
/// The kernel keeps a pipe's writes whole only up to `PIPE_BUF` (4 KiB), and a longer line may be taken in parts. Without the
/// lock this order of events would mix two lines: thread A's line is taken half way, the pipe is full, A waits; the reader makes room;
/// thread B's line goes in; A's rest follows. So the lock is held until the whole line is out. A reader that stands still therefore
/// stops whoever logs, as it would with any log to a pipe; a descriptor in non-blocking mode is waited for no longer than `stallMillisecondsMax`
/// a line, then the rest of that line is dropped and counted.
///
/// The process must ignore `SIGPIPE` (the command line does), else a closed reader ends it.
public final class DescriptorLogSink: LogSink {
  /// The sink on standard error, shared by the process so that its lock covers every logger.
  public static let standardError = DescriptorLogSink(descriptor: STDERR_FILENO)

  private let descriptor: Int32
  private let stallMillisecondsMax: Int32
  private let lock = Mutex(())
  private let dropped = Atomic<Int>(0)

  /// - Parameters:
  ///   - descriptor: an open descriptor; the caller keeps it open as long as the sink lives.
  ///   - stallMillisecondsMax: how long one line may wait for a non-blocking descriptor to take more.
  public init(descriptor: Int32, stallMillisecondsMax: Int32 = 100) {
    self.descriptor = descriptor
    self.stallMillisecondsMax = stallMillisecondsMax
  }

  /// Lines that could not be written whole since the start.
  public var droppedLines: Int { dropped.load(ordering: .relaxed) }

  /// Whether standard error is a terminal that shows colours (`NO_COLOR` is unset and `TERM` is not `dumb`).
  public static var standardErrorShowsColour: Bool {
    guard standardErrorIsTerminal, getenv("NO_COLOR") == nil, let term = getenv("TERM") else { return false }
    return strcmp(term, "dumb") != 0
  }

  /// Whether standard error is a terminal: the default of `log.format` is text then, else JSON.
  public static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes the line; see the type for what happens when the descriptor takes no more.
  public func write(line: [UInt8]) {
    let isWhole = lock.withLock { _ in line.withUnsafeBytes { writeAll($0) } }
    if !isWhole { dropped.add(1, ordering: .relaxed) }
  }

  private func writeAll(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let base = line.baseAddress else { return true }
    var offset = 0
    while offset < line.count {
      let written = Self.writeOnce(descriptor, base + offset, line.count - offset)
      if written > 0 {
        offset += written
      } else if written < 0, errno == EINTR {
        continue
      } else if written < 0, errno == EAGAIN || errno == EWOULDBLOCK {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&poller, 1, stallMillisecondsMax) > 0 else { return false }
      } else {
        return false
      }
    }
    return true
  }

  /// The system call under a name of its own: inside the class `write` means the method.
  private static func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, count)
    #else
      Musl.write(descriptor, bytes, count)
    #endif
  }
}

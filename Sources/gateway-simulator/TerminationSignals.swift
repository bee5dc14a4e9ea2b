import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// SIGINT and SIGTERM as something to wait for. From its making on, neither ends the process; a second one does.
struct TerminationSignals {
  private let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
    self.stream = stream
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        signal(number, SIG_DFL)
        continuation.yield(number)
      }
      source.resume()
      return source
    }
  }

  /// Returns at the first signal.
  func first() async {
    for await _ in stream { break }
    withExtendedLifetime(sources) {}
  }
}

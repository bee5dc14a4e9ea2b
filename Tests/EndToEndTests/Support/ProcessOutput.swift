/// What a process has written and how it ended, as far as it is known.
struct ProcessOutput: Sendable {
  /// How a process ended.
  enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Which of its two streams a line came from.
  enum Stream: Sendable { case output, error }

  private(set) var outputLines: [String] = []
  private(set) var errorLines: [String] = []
  private var unfinished: (output: [UInt8], error: [UInt8]) = ([], [])
  private var openStreams = 2
  /// How it ended; nil while it runs.
  var ending: Ending?

  /// Whether it has ended and all that it wrote has been read.
  var isComplete: Bool { ending != nil && openStreams == 0 }
  /// Everything it wrote, standard output first.
  var text: String { (outputLines + errorLines).joined(separator: "\n") }
  /// The last lines of its log, for the description of a failure.
  var tail: String { errorLines.suffix(12).joined(separator: "\n") }

  mutating func take(_ bytes: ArraySlice<UInt8>, from stream: Stream) {
    switch stream {
    case .output: Self.split(bytes, rest: &unfinished.output, into: &outputLines)
    case .error: Self.split(bytes, rest: &unfinished.error, into: &errorLines)
    }
  }

  mutating func close(_ stream: Stream) {
    openStreams -= 1
    let rest = stream == .output ? unfinished.output : unfinished.error
    if !rest.isEmpty { take([UInt8(ascii: "\n")], from: stream) }
  }

  private static func split(_ bytes: ArraySlice<UInt8>, rest: inout [UInt8], into lines: inout [String]) {
    rest += bytes
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
    for line in rest[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lines.append(String(decoding: line, as: UTF8.self))
    }
    rest.removeSubrange(...last)
  }
}

/// Cuts a stream of chunks into lines. Pure, and bounded: it never holds more than one line and one chunk.
struct LineSplitter {
  /// A line without its end.
  struct Line: Hashable {
    /// Its number, from 1.
    var number: Int
    /// Its bytes; LF or CRLF at its end is not part of it.
    var bytes: ArraySlice<UInt8>

    /// Whether it holds nothing but white space.
    var isBlank: Bool { bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") } }
  }

  /// A line is longer than allowed.
  struct TooLong: Error, Hashable {
    /// The line's number, from 1.
    var number: Int
  }

  private let bytesMax: Int
  private var chunk: ArraySlice<UInt8> = []
  /// The beginning of a line whose end has not come yet.
  private var begun: [UInt8] = []
  private var number = 0
  private var isAtEnd = false

  /// Whether every line of the stream has been given.
  var hasEnded: Bool { isAtEnd && chunk.isEmpty && begun.isEmpty }

  /// - Parameter bytesMax: the longest line, without its end.
  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Takes the next bytes of the stream; only after ``next()`` has given nil.
  mutating func feed(_ bytes: [UInt8]) { chunk = bytes[...] }

  /// The stream has ended: what is left is the last line, even without a line end.
  mutating func end() { isAtEnd = true }

  /// The next whole line; nil when more bytes are needed, or none will come.
  /// - Throws: ``TooLong`` as soon as a line is known to be, not when its end has come.
  mutating func next() throws(TooLong) -> Line? {
    guard let end = chunk.firstIndex(of: UInt8(ascii: "\n")) else {
      begun.append(contentsOf: chunk)
      chunk = []
      guard begun.count <= bytesMax + 1 else { throw TooLong(number: number + 1) }  // one more for a CR that belongs to the end
      guard isAtEnd, !begun.isEmpty else { return nil }
      return try take(begun[...])
    }
    let rest = chunk[..<end]
    chunk = chunk[(end + 1)...]
    // Most lines lie inside one chunk and are not copied.
    return try take(begun.isEmpty ? rest : (begun + rest)[...])
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) throws(TooLong) -> Line {
    begun = []
    number += 1
    let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    guard line.count <= bytesMax else { throw TooLong(number: number) }
    return Line(number: number, bytes: line)
  }
}

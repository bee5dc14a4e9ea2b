/// How the end of an answer's body is found (RFC 9112, section 6.3).
enum BodyFraming: Hashable, Sendable {
  /// There is none.
  case none
  /// So many bytes.
  case length(Int)
  /// Chunks, each with its length.
  case chunked
  /// All bytes until the connection ends.
  case untilClose
}

/// Why bytes from a server are no HTTP/1.1 answer. Every case is a reason to drop the connection.
enum ResponseFault: Error, Hashable, Sendable {
  /// The first line is not `HTTP/1.x NNN …`.
  case statusLine
  /// A header line without a name, with white space where none may be, folded, or with a control character.
  case headerLine
  /// Status line, headers and trailers (those of interim answers too) are larger than the bound.
  case headersTooLarge
  /// `Content-Length` and `Transfer-Encoding` contradict each other or themselves, or name what nobody asked for.
  case framing
  /// `101 Switching Protocols`, which nobody asked for.
  case upgrade

  /// One sentence for people.
  var explanation: String {
    switch self {
    case .statusLine: "the answer does not begin with an HTTP/1.1 status line"
    case .headerLine: "a header line of the answer is malformed"
    case .headersTooLarge: "the headers of the answer are larger than allowed"
    case .framing: "Content-Length and Transfer-Encoding of the answer make no sense"
    case .upgrade: "the server switched protocols unasked"
    }
  }
}

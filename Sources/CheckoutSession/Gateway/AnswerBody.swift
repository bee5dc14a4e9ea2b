/// Names what kind of thing a body is that cannot be read, without repeating it.
enum AnswerBody {
  /// `an empty body`, `an HTML page of 512 bytes`, `a body of 20 bytes that is not whole JSON`.
  static func kind(of body: ArraySlice<UInt8>) -> String {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    guard let first = body.first(where: { !blanks.contains($0) }) else { return "an empty body" }
    if first == UInt8(ascii: "<") { return "an HTML page of \(body.count) bytes" }
    return "a body of \(body.count) bytes that is not whole JSON"
  }
}

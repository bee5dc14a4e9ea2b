import Testing

@testable import CheckoutWorker

@Suite("Lines of the input of publish")
struct LineSplitterTests {
  /// Cuts a text that arrives in chunks of `size` bytes.
  private func lines(of text: String, chunk size: Int, bytesMax: Int = 100) throws(LineSplitter.TooLong) -> [String] {
    var splitter = LineSplitter(bytesMax: bytesMax)
    var rest = Array(text.utf8)[...]
    var found: [String] = []
    while !splitter.hasEnded {
      if let line = try splitter.next() {
        #expect(line.number == found.count + 1)
        found.append(String(decoding: line.bytes, as: UTF8.self))
      } else if rest.isEmpty {
        splitter.end()
      } else {
        splitter.feed(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
    }
    return found
  }

  @Test(
    "lines are the same however the bytes arrive",
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\n", ["", ""]), ("a\rb\n", ["a\rb"]),
      ("{\"x\": \"é\"}\n\n{}\n", ["{\"x\": \"é\"}", "", "{}"]), ("a\r", ["a"]), ("\r\n", [""]),
    ] as [(String, [String])])
  func cuts(_ text: String, _ expected: [String]) throws {
    for size in [1, 2, 3, 1000] { #expect(try lines(of: text, chunk: size) == expected, "chunks of \(size) bytes") }
  }

  @Test("a line that is too long is an error as soon as that is known")
  func tooLong() throws {
    for size in [1, 4, 1000] {
      #expect(try lines(of: "12345\n12345\r\n12345", chunk: size, bytesMax: 5).count == 3)
      #expect(throws: LineSplitter.TooLong(number: 2)) { try lines(of: "12345\n123456\n", chunk: size, bytesMax: 5) }
    }
    var endless = LineSplitter(bytesMax: 5)
    endless.feed(Array("1234567".utf8))
    #expect(throws: LineSplitter.TooLong(number: 1)) { try endless.next() }
  }

  @Test("white space only is blank")
  func blank() {
    for (text, isBlank) in [("", true), (" \t", true), (" {", false)] {
      #expect(LineSplitter.Line(number: 1, bytes: Array(text.utf8)[...]).isBlank == isBlank)
    }
  }
}

import Testing

@testable import CheckoutWorker

@Suite struct TextTableTests {
  @Test func columnsAreAlignedAndNoLineEndsWithBlanks() {
    var table = TextTable(header: ["count", "name", "what", ""], rightAligned: [0])
    table.row("7", "a longer name", "x")
    table.row("1,000", "b", "a longer what")
    table.row("", "", "")
    table.row("2")
    #expect(
      table.text == """
          count  name           what
          ─────  ─────────────  ─────────────
              7  a longer name  x
          1,000  b              a longer what

              2
        """)
  }
}

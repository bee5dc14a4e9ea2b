import CheckoutSession
import Testing

@Suite("The reader against JSONTestSuite")
struct JSONCorpusTests {
  @Test("does with each case what its line says")
  func everyCase() throws {
    let cases = try CorpusCase.load()
    #expect(cases.count == 318)
    for item in cases {
      let document = try? JSONDocument.parse(item.bytes[...])
      #expect((document != nil) == item.isAccepted, "\(item.name)")
    }
  }

  @Test("keeps to the suite's own verdict but for duplicate names")
  func verdicts() throws {
    for item in try CorpusCase.load() {
      let isAccepted = (try? JSONDocument.parse(item.bytes[...], duplicateKeys: .preferNonNull)) != nil
      if item.name.hasPrefix("y_") { #expect(isAccepted, "\(item.name)") }
      if item.name.hasPrefix("n_") { #expect(!isAccepted, "\(item.name)") }
    }
  }

  @Test("reads the same with every case cut off anywhere, without a crash")
  func everyPrefix() throws {
    for item in try CorpusCase.load() where item.bytes.count < 1000 {
      for end in item.bytes.indices { _ = try? JSONDocument.parse(item.bytes[..<end]) }
    }
  }
}

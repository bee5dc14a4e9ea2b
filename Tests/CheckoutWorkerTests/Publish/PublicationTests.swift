import Testing

@testable import CheckoutWorker

@Suite("publish, to a mock cluster", .timeLimit(.minutes(1)))
struct PublicationTests {
  private func publication(_ fixture: CommandFixture, _ settings: [String] = []) throws -> Publication {
    Publication(configuration: try fixture.assembly(settings).configuration, output: fixture.output, logger: fixture.logger)
  }

  @Test("1,000 lines are 1,000 records, byte for byte, in the order of the lines for each key")
  func thousand() async throws {
    let fixture = try CommandFixture()
    let lines = (0..<1000).map { #"{"payment": {"merchantTransactionId":"order-\#($0 % 7)"}, "n":\#($0), "é":1.50}"# }
    let status = try await publication(fixture).run(try fixture.input(lines.joined(separator: "\n\n") + "\r\n"))
    #expect(status == .done)
    #expect(fixture.written.hasPrefix("published 1,000 requests to checkout.session-requests in "))
    #expect(fixture.errors.isEmpty)
    let records = try await fixture.publishedRecords()
    #expect(records.map(\.value).sorted() == lines.sorted())
    for order in 0..<7 {
      let ofOrder = records.filter { $0.key == "order-\(order)" }.map(\.value)
      #expect(ofOrder == lines.enumerated().filter { $0.offset % 7 == order }.map(\.element))
    }
  }

  @Test("more than one batch arrives whole and in order")
  func batches() async throws {
    let fixture = try CommandFixture(partitions: 1)
    let lines = (0..<3500).map { "{\"n\":\($0)}" }
    #expect(try await publication(fixture).run(try fixture.input(lines.joined(separator: "\n"))) == .done)
    #expect(try await fixture.publishedRecords(partitions: 1).map(\.value) == lines)
  }

  @Test("an envelope's key and headers are on the record")
  func envelope() async throws {
    let fixture = try CommandFixture()
    let line = #"{"key":"k","headers":{"ce_id":"id-1","merchant-id":"m"},"value":{"a": 1}}"#
    #expect(try await publication(fixture).run(try fixture.input(line)) == .done)
    let record = try #require(try await fixture.publishedRecords().first)
    #expect(record.key == "k")
    #expect(record.value == #"{"a": 1}"#)
    #expect(record.headers == ["ce_id=id-1", "merchant-id=m"])
  }

  @Test("a broken line is named, what stands before it is published, nothing after it is")
  func brokenLine() async throws {
    let fixture = try CommandFixture()
    let good = (0..<1200).map { "{\"n\":\($0)}" }
    let text = good.joined(separator: "\n") + "\n{\"n\":1200,}\n" + "{\"n\":1201}\n"
    #expect(try await publication(fixture).run(try fixture.input(text)) == .failed)
    #expect(fixture.errors.contains("input.jsonl:1201:10: found a trailing comma, expected"), "\(fixture.errors)")
    #expect(fixture.errors.contains("published 1,200 requests to checkout.session-requests"))
    #expect(fixture.written.isEmpty)
    #expect(try await fixture.publishedRecords().map(\.value).sorted() == good.sorted())
  }

  @Test("a first line that is broken or too long publishes nothing")
  func nothing() async throws {
    let fixture = try CommandFixture()
    #expect(try await publication(fixture).run(try fixture.input("[]\n{}\n")) == .failed)
    #expect(fixture.errors.contains("Nothing was published."))
    let long = "{\"a\":\"" + String(repeating: "x", count: RequestLine.bytesMax) + "\"}"
    #expect(try await publication(fixture).run(try fixture.input(long)) == .failed)
    #expect(fixture.errors.contains("input.jsonl:1: the line is longer than 1,000,000 bytes"))
    #expect(try await fixture.publishedRecords().isEmpty)
  }

  @Test("no input, no records, and that is fine")
  func empty() async throws {
    let fixture = try CommandFixture()
    #expect(try await publication(fixture).run(try fixture.input("\n  \n")) == .done)
    #expect(fixture.written.hasPrefix("published 0 requests"))
  }

  @Test("no broker: 75, and which one")
  func unreachable() async throws {
    let fixture = try CommandFixture()
    let server = "127.0.0.1:\(freePort())"
    #expect(try await publication(fixture, ["kafka.bootstrapServers=\(server)"]).run(try fixture.input("{}")) == .tryAgainLater)
    #expect(fixture.errors.contains(server), "\(fixture.errors)")
    #expect(fixture.errors.contains("Nothing was published."))
  }

  @Test("no topic: the command that creates it")
  func noTopic() async throws {
    let fixture = try CommandFixture()
    fixture.hide("elsewhere")
    #expect(try await publication(fixture, ["kafka.topics.requests=elsewhere"]).run(try fixture.input("{}")) == .failed)
    #expect(fixture.errors.contains("--create --topic elsewhere"), "\(fixture.errors)")
  }

  @Test("a file that is not there, and a folder")
  func noFile() {
    #expect(throws: InputFile.Failure(description: "/nowhere/at.all: No such file or directory")) { try InputFile(path: "/nowhere/at.all") }
    #expect(throws: InputFile.Failure(description: "/tmp: is a directory")) { try InputFile(path: "/tmp") }
  }
}

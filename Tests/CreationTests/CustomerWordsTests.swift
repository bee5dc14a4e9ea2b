import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("The gateway quotes the customer")
struct CustomerWordsTests {
  private static let email = "jane.doe@example.org"
  private static let body = """
    {"customer":{"email":"\(email)"},"payment":{"merchantTransactionId":"t1","amount":5},"config":{"modes":["PAYMENT"]}}
    """

  private static func quoting(_ kind: GatewayFailure.Class, _ code: GatewayFailure.Code, _ status: Int) -> GatewayFailure {
    GatewayFailure(
      kind, code, title: "Bad \(email)", detail: "no \(email.uppercased()) in attempt \(status)", httpStatus: status)
  }

  @Test func inARefusalThatIsUpdatedAndInARejection() throws {
    let world = World([Input(id: "r1", body: Self.body)])
    world.gateway.answer { call in
      switch call.attempt {
      case 1: .failing(Self.quoting(.configuration, .forbidden, 403))
      case 2...5: .failing(Self.quoting(.configuration, .unauthorized, 401))
      default: .failing(Self.quoting(.permanent, .invalidRequest, 400))
      }
    }
    let holds = Box<[CreationStatus.Hold]>([])
    let statistics = try world.run { service in
      for second in 0..<5 { world.simulation.after(.seconds(second) + .milliseconds(60)) { holds.value += service.status.holds } }
    }
    #expect(statistics.replies == [.rejected: 1])
    #expect(Set(holds.value.map(\.failure.code)) == [.forbidden, .unauthorized])
    for failure in holds.value.map(\.failure) { Self.expectMasked("\(failure.title) \(failure.detail)") }
    #expect(world.log.count("refuses the merchant's configuration") == 1)
    #expect(world.log.count("[redacted] in attempt 403") == 1)
    for line in world.log.lines { #expect(!Self.mentions(line)) }
    #expect(world.sink.records.count == 2)
    for record in world.sink.records {
      #expect(!Self.mentions(record.text))
      for header in record.headers { #expect(!Self.mentions(String(decoding: header.value ?? [], as: UTF8.self))) }
    }
    let error = try #require(try world.reply("r1").reply.error)
    Self.expectMasked("\(error.title) \(error.detail)")
  }

  @Test func inARefusalThatEndsTheStage() throws {
    let world = World([Input(id: "r1", body: Self.body)])
    world.gateway.answer { _ in .failing(Self.quoting(.configuration, .forbidden, 403)) }
    let error = #expect(throws: CreationError.self) {
      try world.simulation.run { [service = world.service(endsWhenRefused: true)] in try await service.run() }
    }
    let thrown = try #require(error)
    Self.expectMasked("\(thrown)")
    Self.expectMasked("\(thrown.gatewayFailure?.title ?? "") \(thrown.gatewayFailure?.detail ?? "")")
    for line in world.log.lines { #expect(!Self.mentions(line)) }
  }

  private static func mentions(_ text: String) -> Bool { text.lowercased().contains("jane") }

  private static func expectMasked(_ text: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(text.contains("[redacted]") && !mentions(text), sourceLocation: location)
  }
}

import CheckoutSession
import Testing

@testable import CheckoutWorker
@testable import GatewaySimulator

@Suite struct DemoReportTests {
  private static let request = DemoRequest(
    kind: .valid, key: "order-1", requestID: "r", merchantTransactionID: "t", mode: .payment, body: "{}")

  private static func session(_ id: String, _ end: SessionStatus) -> DemoTrueSession {
    let start = Timestamp(millisecondsSinceEpoch: 0)
    return DemoTrueSession(
      id: id, mode: .payment, merchantTransactionID: "t", isExcused: false, createdAt: start, usableAt: start, end: end,
      endedAt: start + .seconds(1))
  }

  private static func event(_ status: SessionStatus, of session: String, hasPaymentMethod: Bool = false, text: String = "") -> DemoEvent {
    DemoEvent(
      eventID: "e", key: "order-1", requestID: "r", merchantTransactionID: "t", sessionID: session, mode: .payment, status: status,
      observedAt: Timestamp(millisecondsSinceEpoch: 1400), polls: 3, hasPaymentMethod: hasPaymentMethod,
      writtenAt: Timestamp(millisecondsSinceEpoch: 1500), text: text)
  }

  private static func sessions(_ events: [DemoEvent]) -> DemoSessionReport {
    DemoSessionReport(
      verdict: DemoSessionVerdict(
        published: ["s1": request, "s2": request], events: events, sessions: [session("s1", .completed), session("s2", .canceled)]),
      events: events)
  }

  @Test func theTableHasWhatWasToldBesideTheTruth() {
    let text = Self.sessions([Self.event(.completed, of: "s1")]).text
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["PAYMENT", "2", "1/1", "·", "0/1", "·"]))
    #expect(rows.contains(["all", "2", "1/1", "·", "0/1", "·"]))
  }

  @Test func delaysAreInTheGatewaysTime() {
    // Half a second at 60 times the speed.
    #expect(Self.sessions([Self.event(.completed, of: "s1")]).text.contains("p50 30 s, p95 30 s, in the gateway's time"))
    #expect(Self.sessions([]).text.contains("p50 –, p95 –"))
  }

  @Test func theSampleOfAGoodEndTellsOfThePaymentMethod() {
    let events = [
      Self.event(.completed, of: "s1", text: "plain"), Self.event(.created, of: "s1", text: "usable"),
      Self.event(.completed, of: "s1", hasPaymentMethod: true, text: "paid"), Self.event(.canceled, of: "s2", text: "canceled"),
    ]
    #expect(Self.sessions(events).samples == ["usable", "paid", "canceled"])
    #expect(Self.sessions(Array(events.prefix(1))).samples == ["plain"])
  }

  private static func report(_ differences: DemoDifferences) -> String {
    DemoReport(
      verdict: DemoVerdict(requests: [request], replies: [], deadLetters: 0, sessions: []), sessions: sessions([]),
      differences: differences, replies: [], latencies: [], elapsed: .zero, gateway: SimulatorStatistics()
    ).text
  }

  @Test func itEndsWithTheAgreementOrWithWhatDiffers() {
    #expect(Self.report(DemoDifferences()).contains("Every reply and every status event agrees"))
    var differences = DemoDifferences()
    for number in 1...25 { differences.add("difference \(number)") }
    let text = Self.report(differences)
    #expect(!text.contains("agrees"))
    #expect(text.contains("DIFFERENCES (25):"))
    #expect(text.contains("difference 20\n"))
    #expect(text.hasSuffix("and 5 more"))
  }

  @Test func longListsAreWrapped() {
    #expect(DemoReport.wrapped(["aaa", "bbb", "ccc"], indent: " ", width: 10) == " aaa, bbb,\n ccc")
    #expect(DemoReport.wrapped([], indent: " ") == "")
  }
}

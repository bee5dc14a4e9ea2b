import AdminHTTP
import CheckoutSession
import Pacing
import Stage
import Telemetry
import Testing

@testable import CheckoutWorker

@Suite("What a stage says of what it waits for")
struct SendingHealthTests {
  private static let since = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)

  private static func health(_ holdings: [Holding]) -> SendingHealth {
    SendingHealth(pacing: Pacer<Int>(now: .zero).snapshot, holds: [], holdings: holdings)
  }

  struct Row: Sendable {
    var part: Holding.Part
    var reason: HoldingReason
    var check: String
    var text: String
  }

  @Test(arguments: [
    Row(part: .gateway, reason: .gatewayUnreachable, check: "gateway", text: "cannot be reached; requests wait"),
    Row(part: .gateway, reason: .gatewayFailing, check: "gateway", text: "gives no usable answer; requests wait"),
    Row(part: .gateway, reason: .gatewayThrottling, check: "gateway", text: "answers nothing but 429; requests wait"),
    Row(part: .ledger, reason: HoldingReason(rawValue: "LEDGER_FULL"), check: "ledger", text: "cannot be used; requests wait"),
  ])
  func checksSaySinceWhenAndWhy(_ row: Row) throws {
    let checks = Self.health([Holding(part: row.part, reason: row.reason, since: Self.since)])
      .checks(WorkerConfiguration.Merchants(all: [], defaultName: nil), waiting: "requests")
    let failing = checks.filter { !$0.isOK }
    #expect(failing.map(\.name) == [row.check])
    let reason = try #require(failing.first?.reason)
    #expect(reason == "\(row.text), holding since \(Self.since.rfc3339) (\(row.reason))")
  }

  @Test func aBrokerThatTakesNothingIsSaidToo() {
    let health = Self.health([Holding(part: .broker, reason: HoldingReason(rawValue: "BROKER__MSG_TIMED_OUT"), since: Self.since)])
    #expect(health.brokerCheck(waiting: "replies")?.reason.hasPrefix("takes nothing; replies wait, holding since ") == true)
    #expect(Self.health([]).brokerCheck(waiting: "replies") == nil)
  }

  /// A stage that has nothing to publish does not notice that its broker is gone; the client does.
  @Test(arguments: [nil, ContinuousClock.now - .seconds(60)])
  func gaugesFollow(brokersDownSince: ContinuousClock.Instant?) {
    let registry = WorkerMetrics.makeRegistry()
    SendingHealth.register(
      in: registry, brokersDownSince: { brokersDownSince },
      { Self.health([Holding(part: .gateway, reason: .gatewayFailing, since: Self.since)]) })
    let page = String(decoding: registry.exposition(), as: UTF8.self)
    func value(_ part: String) -> Double? {
      let line = page.split(separator: "\n").first { $0.hasPrefix("checkout_holding_seconds{part=\"\(part)\"}") }
      return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }
    #expect((value("gateway") ?? 0) > 0 && value("ledger") == 0 && value("credentials") == 0)
    #expect((value("broker") ?? -1) >= (brokersDownSince == nil ? 0 : 60) && (brokersDownSince != nil || value("broker") == 0))
    #expect(page.contains("checkout_gateway_unreachable 0"))
  }
}

import CheckoutSession
import Testing

@testable import GatewaySimulator

/// A session's life in virtual time.
@Suite struct LifecycleTests {
  struct Row: Sendable {
    let weights: FateWeights
    let end: SimulatedStatus
    let httpStatus: Int
  }

  static let rows = [
    Row(weights: FateWeights(completed: 1), end: .completed, httpStatus: 200),
    Row(weights: FateWeights(failed: 1), end: .failed, httpStatus: 200),
    Row(weights: FateWeights(canceled: 1), end: .canceled, httpStatus: 410),
  ]

  @Test(arguments: rows, [1.0, 60.0]) func endsAsDecided(_ row: Row, timeScale: Double) throws {
    var scenario = Scenario.ending(row.weights, after: .seconds(120))
    scenario.sessions.acceptedFor = .fixed(.seconds(6))
    var gateway = TestGateway(scenario, timeScale: timeScale)
    let id = gateway.make(.payment)
    let created = gateway.now
    #expect(gateway.get(id).text.contains("ACCEPTED"))
    gateway.advance(by: .seconds(6) / timeScale)
    #expect(gateway.get(id).text.contains("CREATED"))
    gateway.advance(by: .milliseconds(119_940) / timeScale)
    #expect(gateway.get(id).text.contains("CREATED"))
    gateway.advance(by: .milliseconds(60) / timeScale)
    #expect(gateway.get(id).status == row.httpStatus)
    // And so for ever, also after a session would have run out.
    gateway.advance(by: .seconds(100_000))
    #expect(gateway.get(id).status == row.httpStatus)
    let record = try #require(gateway.records.first)
    #expect(record.status == row.end)
    #expect(record.history.map(\.status) == [.accepted, .created, row.end])
    let end = Timestamp(nanosecondsSinceEpoch: created) + .seconds(126) / timeScale
    #expect(record.end == .init(status: row.end, at: end))
    #expect(record.polls == 5)
  }

  @Test(arguments: SessionMode.allCases) func runsOutAfterFifteenMinutes(_ mode: SessionMode) throws {
    var gateway = TestGateway(.ending(FateWeights(abandoned: 1)))
    let id = gateway.make(mode)
    gateway.advance(by: .milliseconds(899_999))
    #expect(gateway.get(id).status == 200)
    gateway.advance(by: .milliseconds(1))
    let plan = gateway.get(id)
    #expect(plan.status == 401)
    #expect(plan.text.contains("SESSION_TIMEOUT"))
    #expect(try #require(gateway.records.first).status == .timedOut)
  }

  @Test func whatTakesLongerThanTheSessionLivesRunsOut() {
    var gateway = TestGateway(.ending(FateWeights(completed: 1), after: .seconds(899)))
    let id = gateway.make(.payment)
    gateway.advance(by: .seconds(900))
    #expect(gateway.get(id).status == 401)
    #expect(gateway.records.first?.end.status == .timedOut)
  }

  @Test func displayCompletesNothing() {
    var gateway = TestGateway(.ending(FateWeights(completed: 1)))
    _ = gateway.make(.paymentMethodDisplay)
    #expect(gateway.records.first?.end.status == .timedOut)
  }

  @Test func notVisibleAtOnce() {
    var gateway = TestGateway(.with { $0.sessions.visibilityDelay = .fixed(.seconds(10)) })
    let id = gateway.make(.payment)
    gateway.advance(by: .milliseconds(9_999))
    #expect(gateway.get(id).status == 404)
    gateway.advance(by: .milliseconds(1))
    #expect(gateway.get(id).status == 200)
  }

  @Test func weightsAreKept() {
    var gateway = TestGateway(.ending(FateWeights(completed: 6, failed: 1, canceled: 1, abandoned: 2), after: .seconds(1)))
    for number in 0..<5000 { _ = gateway.post(.payment, transaction: "order-\(number)") }
    gateway.advance(by: .seconds(900))
    let counts = gateway.statistics.sessionsByStatus
    for (status, share) in [(SimulatedStatus.completed, 0.6), (.failed, 0.1), (.canceled, 0.1), (.timedOut, 0.2)] {
      #expect(abs(Double(counts[status] ?? 0) / 5000 - share) < 0.03)
    }
  }
}

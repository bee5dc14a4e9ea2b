import CheckoutSession
import Testing

extension EndToEndTests {
  /// A request that comes again after its session has ended.
  @Suite struct AfterTheEndTests {
    /// Every mode ends in a way of its own.
    private static let scenario = """
      name: endings
      sessions:
        fates:
          default: {completed: 1, timeToEnd: 1m}
          PAYMENT_WITH_WALLET: {failed: 1, timeToEnd: 1m}
          PAYMENT_METHOD_ENTRY: {canceled: 1, timeToEnd: 1m}
      """
    private static let ends: [SessionMode: SessionStatus] = [
      .payment: .completed, .paymentMethodSelect: .completed, .paymentWithWallet: .failed, .paymentMethodEntry: .canceled,
      .paymentMethodDisplay: .timedOut,
    ]

    @Test func onlyACompletedSessionIsTheLast() async throws {
      let fast = try await FastLane.open("after", scenario: Self.scenario, timeScale: FastLane.minutesInInstants)
      let requests = TestRequest.sessions("after", 10)
      let first = try await fast.create(requests)
      let reconciler = try fast.reconcile("--until-settled")
      #expect(try await reconciler.end() == .exited(0), "\(reconciler.output.now.tail)")
      try await fast.expectAllSettled(first)

      let second = try await fast.create(requests)
      #expect(first.count == requests.count && second.count == requests.count)
      var newCount = 0
      for before in first {
        let after = try #require(second.first { $0.requestID == before.requestID })
        let mode = try #require(before.mode.flatMap(SessionMode.init))
        #expect(after.outcome == "CREATED" && before.generation == 1 && before.hostedURL != nil)
        if Self.ends[mode] == .completed {
          #expect(after.ceID == before.ceID && after.generation == 1)
          #expect(after.sessionID == before.sessionID && after.createdAt == before.createdAt)
          #expect(after.hostedURL == nil, "nobody pays twice")
        } else {
          newCount += 1
          #expect(after.ceID != before.ceID && after.generation == 2)
          #expect(after.sessionID != before.sessionID && after.hostedURL?.contains(after.sessionID ?? "?") == true)
        }
      }
      #expect(newCount == 6)
      #expect(try await fast.simulator.sessions().count == requests.count + newCount)

      let again = try fast.reconcile("--until-settled")
      #expect(try await again.end() == .exited(0), "\(again.output.now.tail)")
      let settled = try await fast.expectAllSettled(first + second)
      #expect(settled.events.filter(\.isTerminal).count == requests.count + newCount)
      await fast.close()
    }
  }
}

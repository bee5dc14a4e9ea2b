import KafkaTestKit
import Testing

extension EndToEndTests {
  /// "It must show" 1 of issue 4: whatever the adversary does, every invariant holds. `make chaos SECONDS=600` for the figure of the issue.
  @Suite(.enabled(if: NoidaBroker.executable != nil, "nobody restarts a real cluster"))
  struct ChaosTests {
    @Test(arguments: ChaosSettings.ledgers)
    func everyInvariantHolds(ledger: ChaosSettings.LedgerKind) async throws {
      let settings = ChaosSettings.asked(over: ledger)
      let violations = try await ChaosRun(settings: settings).run()
      #expect(violations.isEmpty, "repeat it with: \(settings.command)\n\(violations.joined(separator: "\n"))")
    }
  }
}

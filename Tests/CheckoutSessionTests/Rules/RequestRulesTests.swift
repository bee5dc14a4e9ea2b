import CheckoutSession
import Testing

@Suite("The rules for requests")
struct RequestRulesTests {
  private func violations(_ body: ArraySlice<UInt8>) -> [Violation] {
    var reader = JSONReader()
    do {
      _ = try SessionRequest.read(body, reader: &reader)
      return []
    } catch { return error.violations }
  }

  @Test("let good requests pass and name what is wrong with others", arguments: RuleCases.all)
  func everyCase(item: RuleCase) throws {
    let found = violations(try item.body())
    guard let expected = item.violation else {
      #expect(found.isEmpty, "\(found)")
      return
    }
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.path == expected.path && found.first?.got == expected.got, "\(found)")
  }

  @Test("have a case that keeps and a case that breaks each of them")
  func coverage() throws {
    let broken = try Set(RuleCases.all.flatMap { violations(try $0.body()).map { "\($0.path): \($0.requirement)" } })
    for rule in RequestRules.all { #expect(broken.contains("\(rule.path): \(rule.requirement)"), "\(rule.path): \(rule.requirement)") }
    let kept = RuleCases.all.filter { $0.violation == nil }.flatMap { $0.changes.map(\.path) }
    #expect(kept.count > 20)
  }

  @Test("cover every row of the contract's table")
  func contractRows() {
    let rows = [
      "customer", "customer.hsid", "customer.enterpriseId", "customer.email", "customer.firstName", "customer.lastName",
      "customer.ssnLastFour",
      "customer.dateOfBirth", "customer.zip5", "customer.metadata", "payment.metadata", "payment", "payment.merchantTransactionId",
      "payment.amount", "payment.statementDescriptorSuffix", "config.paymentMethodChannel.card", "config.paymentMethodChannel.bankAccount",
      "config.privacyPolicyUrl", "agent", "agent.userId", "agent.firstName", "agent.lastName", "config", "config.modes", "paymentMethod",
      "paymentMethod.id",
    ]
    let paths = Set(RequestRules.all.map(\.path))
    #expect(paths.isSuperset(of: rows))
    for path in paths { #expect(RequestRules.markdown.contains("| `\(path)` | must ")) }
  }

  @Test("are all reported at once, each in its own words")
  func together() throws {
    let item = RuleCase(("payment.amount", "12.5"), ("customer.zip5", "\"x\""), ("config.modes", "[\"A\",\"B\"]"), ("agent", "[]"))
    #expect(
      violations(try item.body()).map(\.description) == [
        "config.modes: must be an array of exactly one of PAYMENT_WITH_WALLET, PAYMENT_METHOD_ENTRY, PAYMENT, PAYMENT_METHOD_SELECT or "
          + "PAYMENT_METHOD_DISPLAY, got [A, B]",
        "customer.zip5: must be a string of 5 digits, got a string of 1 character",
        "payment.amount: must be an integer number of cents between 1 and 99999999, got 12.5",
        "agent: must be an object, got an array",
      ])
  }
}

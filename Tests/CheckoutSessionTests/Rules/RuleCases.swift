/// For every row of the rules in `contract/gateway.md`, "POST /sessions - request": requests that keep it and requests that break it.
enum RuleCases {
  static func text(_ count: Int) -> String { "\"" + String(repeating: "é", count: count) + "\"" }
  static func entries(_ count: Int) -> String { "{" + (0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ",") + "}" }
  static let channel = "config.paymentMethodChannel"

  static let config: [RuleCase] = [
    RuleCase(), RuleCase(("config", ""), violates: ("config", "nothing")), RuleCase(("config", "null"), violates: ("config", "null")),
    RuleCase(("config", "[]"), violates: ("config", "an array")),
    RuleCase(("config.modes", ""), violates: ("config.modes", "nothing")),
    RuleCase(("config.modes", "[]"), violates: ("config.modes", "an empty array")),
    RuleCase(("config.modes", "\"PAYMENT\""), violates: ("config.modes", "PAYMENT")),
    RuleCase(("config.modes", "[\"PAYMENT\",\"PAYMENT_METHOD_ENTRY\"]"), violates: ("config.modes", "[PAYMENT, PAYMENT_METHOD_ENTRY]")),
    RuleCase(("config.modes", "[\"PAYMENTS\"]"), violates: ("config.modes", "[PAYMENTS]")),
    RuleCase(("config.modes", "[\"payment\"]"), violates: ("config.modes", "[a string of 7 characters]")),
    RuleCase(("config.modes", "[1]"), violates: ("config.modes", "[a number]")),
    RuleCase((channel, "[]"), violates: (channel, "an array")), RuleCase((channel, "")), RuleCase((channel, "{}")),
    RuleCase((channel + ".card", "[\"WEBFORM\",\"TEXT\",\"EMAIL\",\"GOOGLE_PAY\",\"APPLE_PAY\"]")), RuleCase((channel + ".card", "[]")),
    RuleCase((channel + ".card", "[\"FAX\"]"), violates: (channel + ".card", "[FAX]")),
    RuleCase((channel + ".card", "\"TEXT\""), violates: (channel + ".card", "TEXT")),
    RuleCase((channel + ".card", "[\"WEBFORM\",\"GOOGLE_PAY\"]"), (channel + ".bankAccount", "[\"WEBFORM\"]"), ("agent", "")),
    RuleCase(("agent", ""), (channel + ".bankAccount", ""), violates: (channel + ".card", "[WEBFORM, TEXT]")),
    RuleCase((channel + ".bankAccount", "[\"WEBFORM\",\"TEXT\",\"EMAIL\"]")),
    RuleCase((channel + ".bankAccount", "[\"GOOGLE_PAY\"]"), violates: (channel + ".bankAccount", "[GOOGLE_PAY]")),
    RuleCase(("agent", "null"), (channel + ".card", ""), violates: (channel + ".bankAccount", "[EMAIL]")),
    RuleCase(("config.privacyPolicyUrl", "\"https://a.b:8443/x?y#z\"")), RuleCase(("config.privacyPolicyUrl", "null")),
    RuleCase(("config.privacyPolicyUrl", "\"http://merchant.com\""), violates: ("config.privacyPolicyUrl", "a string of 19 characters")),
    RuleCase(("config.privacyPolicyUrl", "\"\""), violates: ("config.privacyPolicyUrl", "an empty string")),
    RuleCase(("config.privacyPolicyUrl", "\"https://\""), violates: ("config.privacyPolicyUrl", "a string of 8 characters")),
    RuleCase(("config.privacyPolicyUrl", "\"https://u:p@a.b/\""), violates: ("config.privacyPolicyUrl", "a string of 16 characters")),
    RuleCase(("config.privacyPolicyUrl", "7"), violates: ("config.privacyPolicyUrl", "a number")),
  ]

  static let modes: [RuleCase] = [
    RuleCase(("config.modes", "[\"PAYMENT_WITH_WALLET\"]")),
    RuleCase(("config.modes", "[\"PAYMENT_WITH_WALLET\"]"), ("customer", ""), violates: ("customer", "nothing")),
    RuleCase(("config.modes", "[\"PAYMENT_WITH_WALLET\"]"), ("payment", ""), violates: ("payment", "nothing")),
    RuleCase(("config.modes", "[\"PAYMENT_WITH_WALLET\"]"), ("customer", "{}")),
    RuleCase(("config.modes", "[\"PAYMENT\"]"), ("customer", "")), RuleCase(("config.modes", "[\"PAYMENT\"]"), ("paymentMethod", "")),
    RuleCase(("config.modes", "[\"PAYMENT\"]"), ("payment", "null"), violates: ("payment", "null")),
    RuleCase(("payment", "")), RuleCase(("paymentMethod", "")), RuleCase(("customer", ""), violates: ("customer", "nothing")),
    RuleCase(("customer", "{}"), violates: ("customer", "an empty object")),
    RuleCase(("customer", "{\"metadata\":{}}"), violates: ("customer", "an object")),
    RuleCase(("customer", "{\"hsid\":null}"), violates: ("customer", "an object")),
    RuleCase(("customer", "{\"metadata\":{\"a\":\"b\"}}")), RuleCase(("customer", "{\"enterpriseId\":\"1\"}")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_SELECT\"]"), ("payment", ""), ("paymentMethod", "")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_SELECT\"]"), ("customer", "{}"), violates: ("customer", "an empty object")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_SELECT\"]"), ("customer", ""), violates: ("customer", "nothing")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_DISPLAY\"]"), ("payment", "")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_DISPLAY\"]"), ("paymentMethod", ""), violates: ("paymentMethod", "nothing")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_DISPLAY\"]"), ("paymentMethod", "{}"), violates: ("paymentMethod.id", "nothing")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_DISPLAY\"]"), ("customer", "{}"), violates: ("customer", "an empty object")),
    RuleCase(("config.modes", "[\"PAYMENT_METHOD_DISPLAY\"]"), ("customer", ""), violates: ("customer", "nothing")),
    RuleCase(("paymentMethod.id", "\"\""), violates: ("paymentMethod.id", "an empty string")),
    RuleCase(("paymentMethod.id", "1"), violates: ("paymentMethod.id", "a number")), RuleCase(("paymentMethod.id", "")),
    RuleCase(("paymentMethod", "\"x\""), violates: ("paymentMethod", "a string of 1 character")),
  ]

  static let customer: [RuleCase] = [
    RuleCase(("customer", "[1,2]"), violates: ("customer", "an array")),
    RuleCase(("customer.hsid", "\"120C5730-E796-4448-8DA9-081FDE4E3E79\"")),
    RuleCase(("customer.hsid", "\"120c5730\""), violates: ("customer.hsid", "a string of 8 characters")),
    RuleCase(("customer.hsid", "12"), violates: ("customer.hsid", "a number")),
    RuleCase(("customer.enterpriseId", "\"12a\""), violates: ("customer.enterpriseId", "a string of 3 characters")),
    RuleCase(("customer.enterpriseId", "12"), violates: ("customer.enterpriseId", "a number")),
    RuleCase(("customer.email", "\"a+b@c-d.example.org\"")),
    RuleCase(("customer.email", "\"a@b\""), violates: ("customer.email", "a string of 3 characters")),
    RuleCase(("customer.email", "\"a b@c.d\""), violates: ("customer.email", "a string of 7 characters")),
    RuleCase(("customer.email", "\"@c.d\""), violates: ("customer.email", "a string of 4 characters")),
    RuleCase(("customer.email", "\"a@b@c.d\""), violates: ("customer.email", "a string of 7 characters")),
    RuleCase(("customer.email", "\"a@-c.d\""), violates: ("customer.email", "a string of 6 characters")),
    RuleCase(("customer.email", "\"a@c..d\""), violates: ("customer.email", "a string of 6 characters")),
    RuleCase(("customer.firstName", text(100))),
    RuleCase(("customer.firstName", text(101)), violates: ("customer.firstName", "a string of 101 characters")),
    RuleCase(("customer.firstName", "true"), violates: ("customer.firstName", "a boolean")),
    RuleCase(("customer.lastName", text(100))),
    RuleCase(("customer.lastName", text(101)), violates: ("customer.lastName", "a string of 101 characters")),
    RuleCase(("customer.ssnLastFour", "\"123\""), violates: ("customer.ssnLastFour", "a string of 3 characters")),
    RuleCase(("customer.ssnLastFour", "1234"), violates: ("customer.ssnLastFour", "a number")),
    RuleCase(("customer.dateOfBirth", "\"2000-09-21\"")), RuleCase(("customer.dateOfBirth", "\"2000-29-02\"")),
    RuleCase(("customer.dateOfBirth", "\"2001-29-02\""), violates: ("customer.dateOfBirth", "a string of 10 characters")),
    RuleCase(("customer.dateOfBirth", "\"2000-13-13\""), violates: ("customer.dateOfBirth", "a string of 10 characters")),
    RuleCase(("customer.dateOfBirth", "\"21-09-2000\""), violates: ("customer.dateOfBirth", "a string of 10 characters")),
    RuleCase(("customer.zip5", "\"5432\""), violates: ("customer.zip5", "a string of 4 characters")),
    RuleCase(("customer.zip5", "54321"), violates: ("customer.zip5", "a number")),
    RuleCase(("customer.phoneNumber", "{\"number\":5,\"new\":[null]}")), RuleCase(("customer.somethingNew", "[{\"x\":1}]")),
    RuleCase(("customer.firstName", "null")),
  ]

  static let metadata: [RuleCase] = ["customer.metadata", "payment.metadata"].flatMap { path in
    [
      RuleCase((path, entries(20))), RuleCase((path, entries(21)), violates: (path, "21 entries")),
      RuleCase((path, "{\(text(40)):\(text(100))}")), RuleCase((path, "{\(text(41)):\"\"}"), violates: (path, "a key of 41 characters")),
      RuleCase((path, "{\"a\":\(text(101))}"), violates: (path, "a value of 101 characters")),
      RuleCase((path, "{\"a\":1,\"b\":true,\"c\":null}")),
      RuleCase((path, "{\"a\":{}}"), violates: (path, "a value that is an object")),
      RuleCase((path, "[1]"), violates: (path, "an array")),
    ]
  }

  static let payment: [RuleCase] = [
    RuleCase(("payment", "7"), violates: ("payment", "a number")),
    RuleCase(("payment.merchantTransactionId", ""), violates: ("payment.merchantTransactionId", "nothing")),
    RuleCase(("payment.merchantTransactionId", "\"\""), violates: ("payment.merchantTransactionId", "an empty string")),
    RuleCase(("payment.merchantTransactionId", text(50))),
    RuleCase(("payment.merchantTransactionId", text(51)), violates: ("payment.merchantTransactionId", "a string of 51 characters")),
    RuleCase(("payment.merchantTransactionId", "5"), violates: ("payment.merchantTransactionId", "a number")),
    RuleCase(("payment.amount", "1")), RuleCase(("payment.amount", "99999999")), RuleCase(("payment.amount", "")),
    RuleCase(("payment.amount", "0"), violates: ("payment.amount", "0")),
    RuleCase(("payment.amount", "-5"), violates: ("payment.amount", "-5")),
    RuleCase(("payment.amount", "100000000"), violates: ("payment.amount", "100000000")),
    RuleCase(("payment.amount", "12.5"), violates: ("payment.amount", "12.5")),
    RuleCase(("payment.amount", "\"12\""), violates: ("payment.amount", "a string of 2 characters")),
    RuleCase(("payment.statementDescriptorSuffix", "\"A 1-2.3456\"")),
    RuleCase(
      ("payment.statementDescriptorSuffix", "\"A 1-2.34567\""), violates: ("payment.statementDescriptorSuffix", "a string of 11 characters")
    ),
    RuleCase(
      ("payment.statementDescriptorSuffix", "\"12-3\""), violates: ("payment.statementDescriptorSuffix", "a string of 4 characters")),
    RuleCase(
      ("payment.statementDescriptorSuffix", "\"AB_C\""), violates: ("payment.statementDescriptorSuffix", "a string of 4 characters")),
  ]

  static let agent: [RuleCase] = [
    RuleCase(("agent", "true"), violates: ("agent", "a boolean")), RuleCase(("agent.userId", ""), violates: ("agent.userId", "nothing")),
    RuleCase(("agent.userId", "\"\""), violates: ("agent.userId", "an empty string")),
    RuleCase(("agent.userId", "1"), violates: ("agent.userId", "a number")), RuleCase(("agent.firstName", text(50))),
    RuleCase(("agent.firstName", text(51)), violates: ("agent.firstName", "a string of 51 characters")),
    RuleCase(("agent.lastName", text(50))),
    RuleCase(("agent.lastName", text(51)), violates: ("agent.lastName", "a string of 51 characters")), RuleCase(("agent.other", "{}")),
    RuleCase(("consent", "7")), RuleCase(("appearance", "[1]")), RuleCase(("cashier", "\"x\"")),
    RuleCase(("brandNew", "{\"a\":{\"b\":[]}}")),
  ]

  static let all = config + modes + customer + metadata + payment + agent
}

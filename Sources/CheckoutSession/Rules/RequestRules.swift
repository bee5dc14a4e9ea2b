/// Every rule for the body of `POST /sessions` (`contract/gateway.md`, "POST /sessions - request").
///
/// Members that no rule names are not looked at, at any level: the gateway grows faster than this project. A member that is null counts as
/// absent.
public enum RequestRules {
  /// The modes that need a customer.
  private static let modesWithCustomer: [SessionMode] = [
    .paymentWithWallet, .paymentMethodEntry, .paymentMethodSelect, .paymentMethodDisplay,
  ]
  /// The modes that need to know who the customer is.
  private static let modesWithIdentifier: [SessionMode] = [.paymentMethodEntry, .paymentMethodSelect, .paymentMethodDisplay]
  private static let modesWithPayment: [SessionMode] = [.paymentWithWallet, .payment]
  private static let cardChannels = ["WEBFORM", "TEXT", "EMAIL", "GOOGLE_PAY", "APPLE_PAY"]
  private static let bankAccountChannels = ["WEBFORM", "TEXT", "EMAIL"]
  private static let metadataRequirement =
    "must be an object of at most \(MetadataLimits.entriesMax) entries with keys of at most \(MetadataLimits.keyCharactersMax) "
    + "and values of at most \(MetadataLimits.valueCharactersMax) characters"

  /// The rules, in the order in which violations are listed.
  public static let all: [RequestRule] = configRules + customerRules + paymentRules + paymentMethodRules + agentRules

  /// What of the rules `parts` breaks, all of it.
  static func violations(in parts: RequestParts) -> [Violation] {
    var found: [Violation] = []
    // A span lends the rules; iterating over the array would copy each, with a reference count for every string and closure in it.
    let rules = all.span
    for index in rules.indices {
      if let violation = rules[index].violation(in: parts) { found.append(violation) }
    }
    return found
  }

  private static let configRules: [RequestRule] = [
    RequestRule(.root, "config", "must be present", .presence { _ in true }),
    RequestRule(.root, "config", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(
      .config, "modes", "must be an array of exactly one of \(list(SessionMode.allCases, joinedBy: "or"))", echo: .names,
      .relation { _, parts in parts.mode != nil }),
    RequestRule(.config, "paymentMethodChannel", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(
      .channel, "card", "must be an array of WEBFORM, TEXT, EMAIL, GOOGLE_PAY or APPLE_PAY", echo: .names,
      .value { FieldFormat.isArray($0, of: cardChannels) }),
    RequestRule(.channel, "card", "must not hold TEXT or EMAIL without agent", echo: .names, .relation(isFreeOfAgentChannels)),
    RequestRule(
      .channel, "bankAccount", "must be an array of WEBFORM, TEXT or EMAIL", echo: .names,
      .value { FieldFormat.isArray($0, of: bankAccountChannels) }),
    RequestRule(.channel, "bankAccount", "must not hold TEXT or EMAIL without agent", echo: .names, .relation(isFreeOfAgentChannels)),
    RequestRule(.config, "privacyPolicyUrl", "must be an https URL", .value(FieldFormat.isHTTPSURL)),
  ]

  private static let customerRules: [RequestRule] = [
    RequestRule(
      .root, "customer", "must be present in mode \(list(modesWithCustomer, joinedBy: "or"))", .presence { $0.isIn(modesWithCustomer) }),
    RequestRule(.root, "customer", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(
      .root, "customer",
      "must hold at least one of hsid, enterpriseId and a non-empty metadata in mode \(list(modesWithIdentifier, joinedBy: "or"))",
      .relation { customer, parts in
        guard parts.isIn(modesWithIdentifier), let customer, customer.kind == .object else { return true }
        return customer["hsid"]?.nonNull != nil || customer["enterpriseId"]?.nonNull != nil || (customer["metadata"]?.count ?? 0) > 0
      }),
    RequestRule(.customer, "hsid", "must be a UUID", .value(FieldFormat.isUUID)),
    RequestRule(.customer, "enterpriseId", "must be a string of digits", .value(FieldFormat.isDigits)),
    RequestRule(.customer, "email", "must be an e-mail address", .value(FieldFormat.isEmail)),
    RequestRule(.customer, "firstName", "must be a string of at most 100 characters", .value { FieldFormat.isString($0, 0...100) }),
    RequestRule(.customer, "lastName", "must be a string of at most 100 characters", .value { FieldFormat.isString($0, 0...100) }),
    RequestRule(.customer, "ssnLastFour", "must be a string of 4 digits", .value { FieldFormat.isDigits($0, count: 4) }),
    RequestRule(
      .customer, "dateOfBirth", "must be a real date, year-month-day or year-day-month", .value(FieldFormat.isDateInEitherOrder)),
    RequestRule(.customer, "zip5", "must be a string of 5 digits", .value { FieldFormat.isDigits($0, count: 5) }),
    RequestRule(.customer, "metadata", metadataRequirement, echo: .metadata, .value { MetadataLimits.fault($0) == nil }),
  ]

  private static let paymentRules: [RequestRule] = [
    RequestRule(
      .root, "payment", "must be present in mode \(list(modesWithPayment, joinedBy: "or"))", .presence { $0.isIn(modesWithPayment) }),
    RequestRule(.root, "payment", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(.payment, "merchantTransactionId", "must be present", .presence { _ in true }),
    RequestRule(
      .payment, "merchantTransactionId", "must be a string of 1 to 50 characters", .value { FieldFormat.isString($0, 1...50) }),
    RequestRule(
      .payment, "amount", "must be an integer number of cents between 1 and 99999999", echo: .number, .value(FieldFormat.isCents)),
    RequestRule(
      .payment, "statementDescriptorSuffix",
      "must be a string of at most 10 letters, digits, spaces, hyphens and periods with at least one letter",
      .value(FieldFormat.isDescriptorSuffix)),
    RequestRule(.payment, "metadata", metadataRequirement, echo: .metadata, .value { MetadataLimits.fault($0) == nil }),
  ]

  private static let paymentMethodRules: [RequestRule] = [
    RequestRule(
      .root, "paymentMethod", "must be present in mode PAYMENT_METHOD_DISPLAY", .presence { $0.isIn([.paymentMethodDisplay]) }),
    RequestRule(.root, "paymentMethod", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(
      .paymentMethod, "id", "must be present in mode PAYMENT_METHOD_DISPLAY", .presence { $0.isIn([.paymentMethodDisplay]) }),
    RequestRule(.paymentMethod, "id", "must be a non-empty string", .value(FieldFormat.isNonEmptyString)),
  ]

  private static let agentRules: [RequestRule] = [
    RequestRule(.root, "agent", "must be an object", .value(FieldFormat.isObject)),
    RequestRule(.agent, "userId", "must be present", .presence { _ in true }),
    RequestRule(.agent, "userId", "must be a non-empty string", .value(FieldFormat.isNonEmptyString)),
    RequestRule(.agent, "firstName", "must be a string of at most 50 characters", .value { FieldFormat.isString($0, 0...50) }),
    RequestRule(.agent, "lastName", "must be a string of at most 50 characters", .value { FieldFormat.isString($0, 0...50) }),
  ]

  @Sendable
  private static func isFreeOfAgentChannels(_ channels: JSONValue?, _ parts: RequestParts) -> Bool {
    guard parts.place(of: .agent) == nil, let channels else { return true }
    return !channels.elements.contains { $0.stringEquals("TEXT") || $0.stringEquals("EMAIL") }
  }

  private static func list(_ modes: [SessionMode], joinedBy word: String) -> String {
    modes.dropLast().map(\.rawValue).joined(separator: ", ") + " \(word) " + (modes.last?.rawValue ?? "")
  }
}

extension RequestParts {
  /// Whether the request's mode is known and one of `modes`.
  func isIn(_ modes: [SessionMode]) -> Bool { mode.map(modes.contains) ?? false }
}

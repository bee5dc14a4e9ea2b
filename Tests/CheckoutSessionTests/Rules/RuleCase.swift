import Foundation

/// A request made from a good one by changing members, and what must come of it.
struct RuleCase: Sendable, CustomStringConvertible {
  /// Member paths and the JSON to put there; empty text takes the member away.
  var changes: [(path: String, json: String)]
  /// What is violated: path and the end of the message; nil if the request is good.
  var violation: (path: String, got: String)?

  init(_ changes: (String, String)..., violates: (String, String)? = nil) {
    self.changes = changes.map { (path: $0.0, json: $0.1) }
    violation = violates.map { (path: $0.0, got: $0.1) }
  }

  var description: String { changes.map { "\($0.path) = \($0.json.prefix(60))" }.joined(separator: ", ") }

  /// The body: a request with every member that a rule names, changed.
  func body() throws -> ArraySlice<UInt8> {
    var root = try Self.object(Self.complete)
    for change in changes { try Self.set(change.path.split(separator: ".").map(String.init), change.json, in: &root) }
    return try ArraySlice(JSONSerialization.data(withJSONObject: root, options: [.fragmentsAllowed, .sortedKeys]))
  }

  static let complete = """
    {"customer":{"hsid":"120c5730-e796-4448-8da9-081fde4e3e79","enterpriseId":"123","email":"foo.bar@email.com",
    "firstName":"foo","lastName":"bar",
    "ssnLastFour":"1234","dateOfBirth":"1970-31-12","zip5":"54321","metadata":{"a":"b"}},
    "payment":{"merchantTransactionId":"t-1","amount":1200,"statementDescriptorSuffix":"Rx 1-2.","metadata":{"a":"b"}},
    "paymentMethod":{"id":"5f0f2f0a"},
    "agent":{"userId":"u","firstName":"ag","lastName":"ent"},
    "config":{"modes":["PAYMENT_METHOD_ENTRY"],"paymentMethodChannel":{"card":["WEBFORM","TEXT"],"bankAccount":["EMAIL"]},
    "privacyPolicyUrl":"https://merchant.com/p"}}
    """

  private static func object(_ json: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
  }

  private static func set(_ path: [String], _ json: String, in object: inout [String: Any]) throws {
    guard let first = path.first else { return }
    if path.count > 1 {
      var inner = object[first] as? [String: Any] ?? [:]
      try set(Array(path.dropFirst()), json, in: &inner)
      object[first] = inner
    } else {
      object[first] = json.isEmpty ? nil : try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    }
  }
}

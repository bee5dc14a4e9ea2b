/// What to do about an object that names a member twice. RFC 8259 leaves it open, so programs disagree about what such a text means.
public enum DuplicateKeyPolicy: Hashable, Sendable {
  /// Refuse the text: two readers of one request must not see two different amounts.
  case reject
  /// The last of the members that are not null counts; if all are null, null. For answers of the gateway, whose guide shows `paymentMethod`
  /// twice in one object, first with the method, then null (`contract/gateway.md`, "GET /sessions/{id}").
  case preferNonNull
}

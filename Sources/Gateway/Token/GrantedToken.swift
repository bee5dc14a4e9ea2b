/// What a token source gave.
struct GrantedToken: Hashable, Sendable {
  /// The token.
  var secret: Secret
  /// How long it is good for, counted from when it was asked for; nil if it does not say.
  var lifetime: Duration?
}

extension GrantedToken {
  /// Whether `text` can stand in an `Authorization` header: printable ASCII without spaces, and not endless.
  static func isSound(_ text: String) -> Bool {
    (1...16_384).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}

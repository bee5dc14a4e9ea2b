/// A 200 of the token endpoint (`contract/gateway.md`, "Token"). Prints without the token.
public struct TokenAnswer: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `access_token`: printable ASCII without blanks, at most ``tokenBytesMax`` bytes.
  public let accessToken: String
  /// `expires_in`, from when the token was asked for; nil if the answer does not say.
  public let lifetime: Duration?

  /// Longest token in bytes.
  public static let tokenBytesMax = 16 * 1024

  /// Reads the body of a 200. Throws a transient `BAD_ANSWER` that names the member at fault.
  public static func read(_ body: ArraySlice<UInt8>) throws(GatewayFailure) -> TokenAnswer {
    let root: JSONValue
    do {
      root = try JSONDocument.parse(body, limits: .answer, duplicateKeys: .preferNonNull).root
    } catch {
      throw failure(AnswerBody.kind(of: body))
    }
    guard let token = root["access_token"]?.string, 1...tokenBytesMax ~= token.utf8.count,
      token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
    else { throw failure("access_token: must be a string of printable characters without blanks") }
    guard let stated = root["expires_in"], !stated.isNull else { return TokenAnswer(accessToken: token, lifetime: nil) }
    // Some issuers write the number as a string.
    guard let seconds = stated.int ?? stated.string.flatMap({ Int64($0) }), 0...31_536_000 ~= seconds else {
      throw failure("expires_in: must be a number of seconds between 0 and a year")
    }
    return TokenAnswer(accessToken: token, lifetime: .seconds(seconds))
  }

  /// The lifetime, never the token.
  public var description: String { lifetime.map { "token for \($0)" } ?? "token of unknown lifetime" }
  /// The lifetime, never the token.
  public var debugDescription: String { description }
  /// No members: `dump` shows the token otherwise.
  public var customMirror: Mirror { Mirror(self, children: []) }

  private static func failure(_ detail: String) -> GatewayFailure {
    GatewayFailure(.transient, .badAnswer, title: "The token endpoint's answer breaks the contract", detail: detail, httpStatus: 200)
  }
}

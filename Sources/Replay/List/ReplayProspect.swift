import CheckoutSession

/// Whether a dead letter's request can ever succeed, as far as the dead letter itself tells. `replay plan` tells more: it tries each one out.
public enum ReplayProspect: String, Hashable, Sendable, CaseIterable {
  /// As it is: what failed may work by now.
  case yes
  /// Once somebody has changed the configuration.
  case afterConfiguration = "after-configuration"
  /// With another body.
  case ifEdited = "if-edited"
  /// Nobody knows: another program wrote the dead letter.
  case unknown
  /// As far as the dead letter goes, but it was replayed `replay.maxAttempts` times: only `--force` sends it again.
  case overLimit = "over-limit"
  /// Never by a replay.
  case no

  /// What is rejected for more than the members of its body: its headers, its request id, bytes that are no request at all. A replay keeps the first two, and
  /// no merge patch can be applied to the third.
  private static let hopelessCodes: Set<String> = [
    "IDEMPOTENCY_CONFLICT", "INVALID_HEADER", "RECORD_TOO_LARGE", "EMPTY_VALUE", "VALUE_TOO_LARGE", "INVALID_JSON",
    DeadLetter.unreadableCode,
  ]

  /// What works once the configuration is changed, although dead letters of older workers call it permanent.
  private static let configurationCodes: Set<String> = ["UNKNOWN_MERCHANT", "REPLY_TOPIC_NOT_ALLOWED"]

  /// The prospect of a dead letter.
  /// - Parameter attemptsMax: `replay.maxAttempts`.
  public init(of letter: DeadLetter, attemptsMax: Int) {
    if letter.payload == .redacted || Self.hopelessCodes.contains(letter.errorCode) {
      self = .no
    } else if letter.replayCount >= attemptsMax {
      self = .overLimit
    } else if Self.configurationCodes.contains(letter.errorCode) {
      self = .afterConfiguration
    } else {
      switch letter.errorClass {
      case .transient: self = .yes
      case .configuration: self = .afterConfiguration
      case .permanent: self = letter.errorCode == DeadLetter.unknownCode ? .unknown : .ifEdited
      }
    }
  }
}

import CheckoutSession
import Records

/// What the headers of a replayed request say (`ops/runbooks/replay.md`, "Headers").
///
/// An object, and there only for requests that have been replayed, so that the headers of all others are not larger for it.
final class ReplayHeaders: Sendable {
  /// How often ops has replayed the request (`checkout-replay-count`); 0 if the header is missing.
  let count: Int
  /// Whether there is a `checkout-replay-count`, readable or not.
  let hasCount: Bool
  /// Hash of the body that ops has edited (`checkout-replay-replaces`).
  let replaces: BodyHash?
  /// Whether ops wants a new session although there has been one (`checkout-replay-new-session`).
  let wantsNewSession: Bool
  /// `checkout-replay-of` and `checkout-replay-count` in packed form, as they came, each at most once: they go back on the reply and on to the dead letter.
  let echo: [UInt8]

  init(_ draft: Draft) {
    count = draft.count
    hasCount = draft.countValue != nil
    replaces = draft.replaces
    wantsNewSession = draft.wantsNewSession
    var echo: [UInt8] = []
    for (name, value) in [(HeaderName.replayOf, draft.ofValue), (HeaderName.replayCount, draft.countValue)] {
      if let value { PackedHeaders.append(name: name.utf8, value: value, to: &echo) }
    }
    self.echo = echo
  }

  /// The same while it is read, header by header; of two headers of one name the last counts.
  struct Draft {
    var count = 0
    var replaces: BodyHash?
    var wantsNewSession = false
    var ofValue: ArraySlice<UInt8>?
    var countValue: ArraySlice<UInt8>?

    /// Takes one header in. Returns what is wrong with it, if anything.
    mutating func read(_ name: Name, _ value: ArraySlice<UInt8>) -> HeaderFault? {
      switch name {
      case .of: ofValue = value
      case .count:
        countValue = value
        guard let text = String(validating: value, as: UTF8.self), let number = Int(text), (0...ReplayHeaders.countMax).contains(number)
        else {
          return HeaderFault(HeaderName.replayCount, "must be a whole number from 0 to \(ReplayHeaders.countMax) as text")
        }
        count = number
      case .replaces:
        guard let hash = BodyHash(hexadecimal: value) else {
          return HeaderFault(HeaderName.replayReplaces, "must be a SHA-256 in 64 hexadecimal digits, got \(value.count) bytes")
        }
        replaces = hash
      case .newSession:
        switch value {
        case _ where value.elementsEqual("true".utf8): wantsNewSession = true
        case _ where value.elementsEqual("false".utf8): wantsNewSession = false
        default: return HeaderFault(HeaderName.replayNewSession, "must be true or false, got \(value.count) bytes that are neither")
        }
      }
      return nil
    }
  }

  /// The headers that are read.
  enum Name { case of, count, replaces, newSession }

  /// The highest count that is accepted.
  static let countMax = 1_000_000
}

/// The tokens that were issued, and whether they are still good.
struct TokenStore {
  enum Verdict: Equatable {
    /// Good; for which merchants (nil: all).
    case good(merchants: Set<String>?)
    case expired(at: Int64)
    case unknown
  }

  private struct Issued {
    let issuedAt: Int64
    let expiresAt: Int64
    let client: TokenRules.Client?
  }

  /// Tokens remembered. The oldest is forgotten first, and then as unknown as any invented one.
  private static let tokensMax = 10_000

  private var tokens: [String: Issued] = [:]
  private var order: [String] = []
  private(set) var issuedCount: UInt64 = 0

  /// Issues a token: the n-th one asked for is the same in every run if the same client asks.
  mutating func issue(to clientID: String, client: TokenRules.Client?, seed: UInt64, at now: Int64, lifetimeNanoseconds: Int64) -> String {
    issuedCount += 1
    var random = KeyedRandom(seed: seed, key: StableKey(clientID.utf8), ordinal: issuedCount, purpose: .token)
    let token = "eyJ.simulator.\(SessionIdentifier.text(SessionIdentifier.draw(using: &random)))"
    if order.count >= Self.tokensMax {
      for old in order.prefix(Self.tokensMax / 10) { tokens[old] = nil }
      order.removeFirst(Self.tokensMax / 10)
    }
    order.append(token)
    tokens[token] = Issued(issuedAt: now, expiresAt: now + lifetimeNanoseconds, client: client)
    return token
  }

  /// Whether `token` is good now. `expiries` are the moments, in order, at which every token issued before ended.
  func verdict(on token: Substring, at now: Int64, expiries: [Int64]) -> Verdict {
    guard let issued = tokens[String(token)] else { return .unknown }
    if let expiry = expiries.first(where: { $0 > issued.issuedAt }), expiry <= min(now, issued.expiresAt) { return .expired(at: expiry) }
    if now >= issued.expiresAt { return .expired(at: issued.expiresAt) }
    guard let merchants = issued.client?.merchants, !merchants.isEmpty else { return .good(merchants: nil) }
    return .good(merchants: merchants)
  }
}

import CheckoutSession
import GRDB

/// Starts a new generation for identities whose session is dead or was never published (`design/architecture.md`, "Order of writes").
///
/// Whether a URL may be live is looked at here once more, because the caller may be late: it decided, was frozen, lost its partition, and another worker
/// published the very reply that it believes nobody has seen. Then a second generation now would give one request two live URLs.
enum RenewTransaction {
  /// The new keys, in the order of `keys`; nil where the generation is no longer the present one, was not decided as created, or is published and
  /// its URL not dead at the moment `at`.
  static func run(_ keys: [ClaimKey], at: Timestamp, _ db: Database) throws -> [ClaimKey?] {
    let mayEnd = try RawStatement(
      db,
      """
      SELECT 1 FROM decision WHERE id = ?1 AND outcome = \(LedgerCodes.code(.created))
        AND (url_expires_at IS NULL OR url_expires_at <= ?2 OR EXISTS (SELECT 1 FROM pending WHERE id = ?1))
      """)
    let starting = try GenerationStart(db, at: at)
    return try keys.map { key in
      mayEnd.bind(GenerationKey.key(key), at: 1)
      mayEnd.bind(at.millisecondsSinceEpoch, at: 2)
      guard try mayEnd.first({ _ in true }) != nil else { return nil }
      return try starting.startNext(after: key)
    }
  }
}

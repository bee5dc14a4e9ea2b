import CheckoutSession
import GRDB

/// Starts a new generation for identities whose session is dead or about to die (`design/architecture.md`, "Order of writes").
enum RenewTransaction {
  /// The new keys, in the order of `keys`; nil where the generation is no longer the present one or was not decided as created.
  static func run(_ keys: [ClaimKey], at: Timestamp, _ db: Database) throws -> [ClaimKey?] {
    let isCreated = try RawStatement(db, "SELECT 1 FROM decision WHERE id = ?1 AND outcome = \(LedgerCodes.code(.created))")
    let starting = try GenerationStart(db, at: at)
    return try keys.map { key in
      isCreated.bind(GenerationKey.key(key), at: 1)
      guard try isCreated.first({ _ in true }) != nil else { return nil }
      return try starting.startNext(after: key)
    }
  }
}

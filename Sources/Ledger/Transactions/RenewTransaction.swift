import CheckoutSession
import GRDB

/// Starts a new generation for identities whose session is dead or was never published (`design/architecture.md`, "Order of writes").
///
/// Whether a URL may be live is looked at here once more, because the caller may be late: it decided, was frozen, lost its partition, and another worker
/// published the very reply that it believes nobody has seen. Then a second generation now would give one request two live URLs. That the other has marked
/// nothing says little, because a mark may be lost or late: that the other was given the decision to publish is enough (`pending.told`). Likewise the
/// session may have completed since the caller asked, and a new one would let the shopper pay again. That a URL is erased does not say that it is dead: it is
/// when its time is over by the caller's clock of now, or when the gateway has said so.
enum RenewTransaction {
  /// The new keys, in the order of `renewals`; nil where the generation is no longer the present one, was not decided as created, has completed,
  /// or may be published and its URL not dead at the moment `at`.
  static func run(_ renewals: [GenerationRenewal], at: Timestamp, _ db: Database) throws -> [ClaimKey?] {
    let mayEnd = try RawStatement(
      db,
      """
      SELECT p.id IS NOT NULL FROM decision d LEFT JOIN pending p ON p.id = d.id AND p.told = 0
      WHERE d.id = ?1 AND d.outcome = \(LedgerCodes.code(ReplyOutcome.created)) AND d.ended_status IS NOT \(LedgerCodes.code(.completed))
        AND (d.ended_status IS NOT NULL OR coalesce(d.url_expires_at, d.session_expires_at, 0) <= ?2 OR p.id IS NOT NULL)
      """)
    // A session that the gateway has said anything about goes on: its CREATED may be out, and who was told of a session hears how it ends.
    let forget = try RawStatement(
      db, "DELETE FROM outstanding WHERE id = ?1 AND status = \(LedgerCodes.code(SessionStatus.accepted)) AND observed_at IS NULL")
    let starting = try GenerationStart(db, at: at)
    var tallies = TallyChanges()
    let keys = try renewals.map { renewal -> ClaimKey? in
      let key = GenerationKey.key(renewal.key)
      mayEnd.bind(key, at: 1)
      mayEnd.bind(at, at: 2)
      guard let isUnpublished = try mayEnd.first({ $0.integer(0) != 0 }), let next = try starting.startNext(after: renewal.key) else {
        return nil
      }
      // The caller knows of replies that are on their way, the ledger of marks by others: the session is forgotten only if neither can have opened it.
      if isUnpublished, !renewal.mayBePublished {
        forget.bind(key, at: 1)
        tallies.add(-Int64(try forget.run()), to: .outstanding)
      }
      return next
    }
    try tallies.write(db, at: nil)
    return keys
  }
}

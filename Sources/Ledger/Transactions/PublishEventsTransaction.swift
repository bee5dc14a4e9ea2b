import CheckoutSession
import GRDB

/// Notes that status events are published: clears them, and ends what has ended.
enum PublishEventsTransaction {
  /// Marks every event that is still the session's unpublished one; another, or one that is marked already, is left as it is.
  ///
  /// An event is out whoever holds the lease. But when the session is due next is the holder's to say: a reconciler that published
  /// after its lease ended would else make due what another is polling.
  static func run(_ events: [PublishedEvent], under token: SessionLease.Token, _ db: Database) throws {
    let end = try RawStatement(db, "DELETE FROM outstanding WHERE id = ?1 AND status = ?2 AND observed_at IS NOT NULL")
    let goOn = try RawStatement(
      db,
      """
      UPDATE outstanding SET observed_at = NULL, due_at = CASE WHEN lease = ?3 THEN coalesce(?4, due_at) ELSE due_at END,
        lease = CASE WHEN lease = ?3 THEN NULL ELSE lease END
      WHERE id = ?1 AND status = ?2 AND observed_at IS NOT NULL
      """)
    goOn.bind(token.rawValue, at: 3)
    var tallies = TallyChanges()
    for event in events {
      let mark = event.status.isTerminal ? end : goOn
      mark.bind(GenerationKey.key(event.key), at: 1)
      mark.bind(LedgerCodes.code(event.status), at: 2)
      if !event.status.isTerminal { mark.bind(event.nextPollAt, at: 4) }
      let marked = Int64(try mark.run())
      tallies.add(marked, to: .publishedEvents)
      if event.status.isTerminal { tallies.add(-marked, to: .outstanding) }
    }
    try tallies.write(db, at: nil)
  }
}

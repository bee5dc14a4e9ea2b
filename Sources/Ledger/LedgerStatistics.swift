import CheckoutSession

/// The ledger in numbers, all of one moment: what `checkout-worker status` and the operations page show.
public struct LedgerStatistics: Hashable, Sendable {
  /// Work that waits for its next step.
  public struct Backlog: Hashable, Sendable {
    /// How much of it there is.
    public var count: Int
    /// Since when the oldest of it waits; nil if there is none.
    public var oldest: Timestamp?

    /// Makes a backlog.
    public init(count: Int, oldest: Timestamp?) {
      self.count = count
      self.oldest = oldest
    }
  }

  /// Sessions whose URL still works, by age.
  public struct LiveSessions: Hashable, Sendable {
    /// Sessions from this age on…
    public var ageFrom: Duration
    /// … and younger than this.
    public var ageBelow: Duration
    /// How many.
    public var count: Int

    /// Makes a bucket.
    public init(ageFrom: Duration, ageBelow: Duration, count: Int) {
      self.ageFrom = ageFrom
      self.ageBelow = ageBelow
      self.count = count
    }
  }

  /// Identities the ledger knows.
  public var identities: Int
  /// Decisions it holds, by outcome; several generations of an identity count each. Every outcome has an entry.
  public var decisions: [ReplyOutcome: Int]
  /// Claimed generations without a decision, and since when the oldest is claimed.
  public var undecided: Backlog
  /// How many of ``undecided`` were claimed more than once: a session may exist that nobody has seen.
  public var inDoubt: Int
  /// Decisions whose reply nobody has marked as published, and since when the oldest is decided.
  public var unpublished: Backlog
  /// Sessions whose URL is still there, youngest first; the buckets cover the session's lifetime.
  public var liveSessions: [LiveSessions]
  /// Claims of undecided generations ever seen again; never falls.
  public var inDoubtClaimsTotal: Int
  /// Publications ever marked; never falls.
  public var publishedTotal: Int
  /// When a publication was last marked.
  public var lastPublishedAt: Timestamp?
  /// Bytes of the ledger's file and its write-ahead log; nil in memory.
  public var fileBytes: Int64?
  /// The sessions that are watched; nil for a file of version 1 that is only read: nobody has watched a session in it yet, and the first program that
  /// works with it migrates it.
  public var outstanding: OutstandingStatistics?

  /// Makes statistics from their parts.
  public init(
    identities: Int, decisions: [ReplyOutcome: Int], undecided: Backlog, inDoubt: Int, unpublished: Backlog,
    liveSessions: [LiveSessions], inDoubtClaimsTotal: Int, publishedTotal: Int, lastPublishedAt: Timestamp?, fileBytes: Int64?,
    outstanding: OutstandingStatistics? = nil
  ) {
    self.identities = identities
    self.decisions = decisions
    self.undecided = undecided
    self.inDoubt = inDoubt
    self.unpublished = unpublished
    self.liveSessions = liveSessions
    self.inDoubtClaimsTotal = inDoubtClaimsTotal
    self.publishedTotal = publishedTotal
    self.lastPublishedAt = lastPublishedAt
    self.fileBytes = fileBytes
    self.outstanding = outstanding
  }
}

import CheckoutSession

/// The outstanding sessions in numbers, all of one moment, and how those that are not outstanding any more ended.
public struct OutstandingStatistics: Hashable, Sendable {
  /// Outstanding sessions by age.
  public struct Age: Hashable, Sendable {
    /// Sessions from this age on…
    public var ageFrom: Duration
    /// … and younger than this; nil: of any age beyond.
    public var ageBelow: Duration?
    /// How many.
    public var count: Int

    /// Makes a bucket.
    public init(ageFrom: Duration, ageBelow: Duration?, count: Int) {
      self.ageFrom = ageFrom
      self.ageBelow = ageBelow
      self.count = count
    }
  }

  /// How many sessions are outstanding by what is known of them; every status has an entry. One with a terminal status waits for its event's
  /// publication.
  public var byStatus: [SessionStatus: Int]
  /// The same by age, youngest first; a border of two buckets is at the session's lifetime.
  public var byAge: [Age]
  /// Those whose deadline has passed.
  public var overdue: Int
  /// Those of them whose deadline passed more than ``longOverdueAfter`` ago and that are not ``SessionStatus/unresolved``: the gateway gives no usable answer
  /// about them, refuses to, or is not asked.
  public var longOverdue: Int
  /// Since when the oldest of them exists, as far as we know: its ``CreatedSession/createdAt``; nil if nothing is outstanding.
  public var oldest: Timestamp?
  /// Events that are recorded and not known to be published, and when the oldest was observed.
  public var unpublishedEvents: LedgerStatistics.Backlog
  /// Those that are due and that nobody has leased: the backlog.
  public var due: Int
  /// Since when the longest waiting of them is due; nil if nothing is.
  public var oldestDue: Timestamp?
  /// Those that a reconciler has leased.
  public var leased: Int
  /// Polls in the last minute, by all reconcilers.
  public var pollsLastMinute: Int
  /// Polls ever; never falls.
  public var pollsTotal: Int
  /// Status events ever marked as published; never falls.
  public var publishedEventsTotal: Int
  /// How many sessions ever ended in which way; every terminal status has an entry, which never falls.
  public var endedTotal: [SessionStatus: Int]
  /// The processes that share the gateway's quota, by id; those whose grant has ended stand here until the next one asks.
  public var quotaMembers: [QuotaMember]

  /// Who is asked and answers has ended by then.
  public static let longOverdueAfter: Duration = .seconds(300)

  /// All that are outstanding.
  public var count: Int { byStatus.values.reduce(0, +) }
  /// Those that a person must look at.
  public var unresolved: Int { byStatus[.unresolved] ?? 0 }

  /// Makes statistics from their parts.
  public init(
    byStatus: [SessionStatus: Int], byAge: [Age], overdue: Int, longOverdue: Int, oldest: Timestamp?,
    unpublishedEvents: LedgerStatistics.Backlog,
    due: Int, oldestDue: Timestamp?, leased: Int, pollsLastMinute: Int, pollsTotal: Int, publishedEventsTotal: Int,
    endedTotal: [SessionStatus: Int],
    quotaMembers: [QuotaMember]
  ) {
    self.byStatus = byStatus
    self.byAge = byAge
    self.overdue = overdue
    self.longOverdue = longOverdue
    self.oldest = oldest
    self.unpublishedEvents = unpublishedEvents
    self.due = due
    self.oldestDue = oldestDue
    self.leased = leased
    self.pollsLastMinute = pollsLastMinute
    self.pollsTotal = pollsTotal
    self.publishedEventsTotal = publishedEventsTotal
    self.endedTotal = endedTotal
    self.quotaMembers = quotaMembers
  }
}

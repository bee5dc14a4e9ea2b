extension WorkerConfiguration {
  /// The create stage: `creation.*`.
  public struct Creation: Sendable, Equatable {
    /// When a batch is closed.
    public var batch = Batch()
    /// Batches that may be worked on at once.
    public var batchesInFlight = 4
    /// How long the requests of one batch may be tried before they are given up.
    public var batchDeadline: Duration = .seconds(30)
    /// Attempts for one request, the first one counted.
    public var maxAttempts = 5
    /// A known session with less than this left is not published again; a new generation is made.
    public var minimumRemainingLifetime: Duration = .seconds(5 * 60)
    /// Topics a request may name for its reply. After loading, `kafka.topics.replies` is among them.
    public var replyTopicsAllowed: [String] = []

    /// When a batch is closed: whichever bound is reached first.
    public struct Batch: Sendable, Equatable {
      /// Largest number of records.
      public var recordsMax = 500
      /// Largest sum of key, value and header bytes.
      public var bytesMax = 4 << 20
      /// How long a batch waits for more records after its first one.
      public var linger: Duration = .milliseconds(20)
    }
  }
}

/// What became of a batch of published records.
public struct PublishReport: Sendable {
  /// Why one record was not acknowledged.
  public struct Failure: Hashable, Sendable {
    /// What can be done about it.
    public enum Kind: Hashable, Sendable {
      /// It certainly did not reach the topic; the same record may work later.
      case notPublished
      /// It may have reached the topic (no acknowledgement in time); the same record may be published again.
      case inDoubt
      /// It is too large for the topic and will never be accepted as it is.
      case tooLarge
    }

    /// What can be done about it.
    public var kind: Kind
    /// The broker's or client's error name.
    public var code: String
    /// What happened, for people; no content of the record.
    public var message: String

    /// Makes a failure.
    public init(kind: Kind, code: String, message: String) {
      self.kind = kind
      self.code = code
      self.message = message
    }
  }

  /// The records that were not acknowledged, by their position in the batch; all others were.
  public var failures: [Int: Failure]

  /// Makes a report.
  public init(failures: [Int: Failure] = [:]) { self.failures = failures }
}

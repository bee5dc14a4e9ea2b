/// What became of one ``KafkaProducer/send(_:)``.
public struct DeliveryReport: Sendable {
  /// A record that was not delivered.
  public struct Failure: Hashable, Sendable {
    /// Its position among the records sent.
    public var index: Int
    /// Why.
    public var error: KafkaError
  }

  /// How many records were to be sent.
  public var recordsCount: Int
  /// Those that were not acknowledged, by ascending index. A record with a time-out may have been written all the same.
  public var failures: [Failure]
  /// From the call to the last acknowledgement.
  public var duration: Duration

  /// Whether every record was acknowledged by all in-sync replicas.
  public var isComplete: Bool { failures.isEmpty }
}

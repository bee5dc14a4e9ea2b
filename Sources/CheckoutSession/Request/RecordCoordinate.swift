/// Where a record stands in Kafka.
public struct RecordCoordinate: Hashable, Sendable, CustomStringConvertible {
  /// The topic's name.
  public var topic: String
  /// The partition.
  public var partition: Int32
  /// The offset in the partition.
  public var offset: Int64

  /// Makes a coordinate.
  public init(topic: String, partition: Int32, offset: Int64) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
  }

  /// `<topic>/<partition>/<offset>`: also the request id of a record that names none (`contract/messages.md`, "Request headers").
  public var description: String { "\(topic)/\(partition)/\(offset)" }
}

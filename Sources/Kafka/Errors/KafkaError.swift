/// What went wrong at the border to Kafka, as a value.
///
/// The description never holds a secret or a record's content; it names the topic, the partition or the property concerned.
public struct KafkaError: Error, Hashable, Sendable {
  /// Which error it is: librdkafka's name (`_ALL_BROKERS_DOWN`, `TOPIC_ALREADY_EXISTS`) or one of this module's own.
  public var code: Code
  /// What happened, for people.
  public var message: String
  /// Whether the client can never work again and must be replaced.
  public var isFatal: Bool
  /// Whether the very same call may succeed later.
  public var isRetriable: Bool
  /// What kind of fault it is: decides between waiting, dead-lettering and asking a person.
  public var failureClass: FailureClass
  /// The topic concerned, if one is.
  public var topic: String?
  /// The partition concerned, if one is.
  public var partition: Int32?

  /// Makes an error. Without `failureClass`, the code's own class is taken; only transient errors are retriable.
  public init(
    code: Code, message: String, isFatal: Bool = false, failureClass: FailureClass? = nil, topic: String? = nil, partition: Int32? = nil
  ) {
    let failureClass = failureClass ?? (isFatal ? .permanent : code.failureClass)
    self.code = code
    self.message = message
    self.isFatal = isFatal
    self.isRetriable = !isFatal && failureClass == .transient
    self.failureClass = failureClass
    self.topic = topic
    self.partition = partition
  }

  /// Whether trying again helps, and if not, who has to act.
  public enum FailureClass: String, Hashable, Sendable {
    /// Goes away by itself; try again.
    case transient
    /// This record or call can never work.
    case permanent
    /// Nothing works until a person changes the configuration, credentials, or the cluster.
    case configuration
  }
}

extension KafkaError: CustomStringConvertible {
  /// `topic[partition]: message (CODE)`.
  public var description: String {
    var place = topic ?? ""
    if let partition { place += "[\(partition)]" }
    return "\(place.isEmpty ? "" : place + ": ")\(message) (\(code.rawValue))"
  }
}

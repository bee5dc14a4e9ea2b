import CheckoutSession

/// What the lines of a plan so far are about, so that no later line promises what an earlier one takes away.
///
/// Grows with the plan, whose length has a bound: some 50 bytes a line, and its request id where a session would be made.
struct PlannedRequests {
  private struct Place: Hashable {
    var topicIndex: Int32
    var partition: Int32
    var offset: Int64
  }

  private var topics: [String: Int32] = [:]
  private var letters: [Place: Place] = [:]
  private var topicNames: [String] = []
  private var generations: [RequestIdentity: Int] = [:]

  /// Takes a failed request; gives the dead letter of an earlier line that is about the same one.
  mutating func add(origin: RecordCoordinate, of letter: RecordCoordinate) -> RecordCoordinate? {
    let (key, value) = (place(origin), place(letter))
    guard let earlier = letters[key] else {
      letters[key] = value
      return nil
    }
    guard earlier != value else { return nil }
    return RecordCoordinate(topic: topicNames[Int(earlier.topicIndex)], partition: earlier.partition, offset: earlier.offset)
  }

  /// The generation that an earlier line makes for the identity.
  func generation(of identity: RequestIdentity) -> Int? { generations[identity] }

  /// Notes that a line makes a session for the identity.
  mutating func willCreate(_ identity: RequestIdentity, generation: Int) { generations[identity] = generation }

  private mutating func place(_ coordinate: RecordCoordinate) -> Place {
    Place(topicIndex: index(of: coordinate.topic), partition: coordinate.partition, offset: coordinate.offset)
  }

  private mutating func index(of topic: String) -> Int32 {
    if let known = topics[topic] { return known }
    let index = Int32(topicNames.count)
    topics[topic] = index
    topicNames.append(topic)
    return index
  }
}

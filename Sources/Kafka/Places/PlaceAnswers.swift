import Records

/// The answers to a question of places as they come in.
struct PlaceAnswers {
  private(set) var contents: [KafkaPlaceContent]
  private let places: [PartitionOffset]
  private let bounds: [TopicPartition: Range<Int64>]

  init(places: [PartitionOffset], bounds: [TopicPartition: Range<Int64>]) {
    self.places = places
    self.bounds = bounds
    contents = Array(repeating: .unknown, count: places.count)
  }

  /// Notes findings; a record that was found is copied, so that its batch can go.
  mutating func note(_ findings: [PlaceSearch.Finding], _ record: @autoclosure () -> StoredRecord? = nil) {
    for finding in findings {
      switch finding.kind {
      case .unknown: break
      case .gone: contents[finding.index] = .gone(firstOffset: bounds[places[finding.index].partition]?.lowerBound ?? 0)
      case .found: if let record = record() { contents[finding.index] = .found(record) }
      }
    }
  }
}

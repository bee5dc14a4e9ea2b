/// Finds records by their places in streams that can be moved: which partition is to be read from where, and what a record that comes answers. Pure.
///
/// Per partition the places are looked for in the order of their offsets. A stream goes on over small gaps and is moved over large ones, since a move
/// costs about as much time as ``gapMax`` records. All streams are moved together, when none of them can go on: a move of one starts the others anew.
struct PlaceSearch {
  /// So many records that nobody asked for are read rather than jumped over.
  static let gapMax: Int64 = 500

  /// What has become known of a place.
  struct Finding: Hashable {
    /// What there is: the record that has just come, nothing any more, nothing ever.
    enum Kind: Hashable {
      case found, gone, unknown
    }

    /// The place's index in the question.
    var index: Int
    var kind: Kind
  }

  private struct Stream {
    /// What is still looked for, the lowest offset last, with its indices in the question.
    var wanted: [(offset: Int64, indices: [Int])]
    /// Where the next record stands; nil: the stream has not begun.
    var position: Int64?

    var canGoOn: Bool {
      guard let next = wanted.last, let position else { return false }
      return position <= next.offset && next.offset - position <= gapMax
    }
  }

  private var streams: [TopicPartition: Stream] = [:]
  /// How many places are still looked for.
  private(set) var missingCount = 0
  /// Places of which all is known without reading.
  private(set) var known: [Finding] = []

  /// - Parameters:
  ///   - places: with real offsets.
  ///   - bounds: what each partition holds; partitions that do not exist are left out.
  ///   - positions: where streams that go on from an earlier search have come to.
  init(places: [PartitionOffset], bounds: [TopicPartition: Range<Int64>], positions: [TopicPartition: Int64]) {
    var wanted: [TopicPartition: [Int64: [Int]]] = [:]
    for (index, place) in places.enumerated() {
      if let held = bounds[place.partition], place.offset < held.upperBound {
        if place.offset < held.lowerBound {
          known.append(Finding(index: index, kind: .gone))
        } else {
          wanted[place.partition, default: [:]][place.offset, default: []].append(index)
          missingCount += 1
        }
      } else {
        known.append(Finding(index: index, kind: .unknown))
      }
    }
    for (partition, offsets) in wanted {
      let sorted = offsets.sorted { $0.key > $1.key }.map { (offset: $0.key, indices: $0.value) }
      streams[partition] = Stream(wanted: sorted, position: positions[partition])
    }
  }

  /// Where all streams are to begin now, because none of them can go on; nil: read on.
  mutating func move() -> [PartitionOffset]? {
    guard missingCount > 0, !streams.values.contains(where: \.canGoOn) else { return nil }
    var places: [PartitionOffset] = []
    for partition in streams.keys.sorted() {
      guard let next = streams[partition]?.wanted.last else { continue }
      streams[partition]?.position = next.offset
      places.append(PartitionOffset(partition, offset: next.offset))
    }
    return places
  }

  /// A record has come. Returns what is known by that: itself, if it is one that is looked for, and those before it, which are gone.
  mutating func take(_ partition: TopicPartition, offset: Int64) -> [Finding] {
    guard let position = streams[partition]?.position, offset >= position else { return [] }
    var findings = reachEnd(partition, offset: offset)
    defer { streams[partition]?.position = offset + 1 }
    if let next = streams[partition]?.wanted.last, next.offset == offset {
      streams[partition]?.wanted.removeLast()
      missingCount -= next.indices.count
      findings += next.indices.map { Finding(index: $0, kind: .found) }
    }
    return findings
  }

  /// The stream has passed everything before `offset`: what is looked for there is gone.
  mutating func reachEnd(_ partition: TopicPartition, offset: Int64) -> [Finding] {
    guard let position = streams[partition]?.position else { return [] }
    var findings: [Finding] = []
    // What stands before the position was not in the stream's way: it needs a move back.
    while let next = streams[partition]?.wanted.last, next.offset < offset, next.offset >= position {
      streams[partition]?.wanted.removeLast()
      missingCount -= next.indices.count
      findings += next.indices.map { Finding(index: $0, kind: .gone) }
    }
    streams[partition]?.position = max(position, offset)
    return findings
  }
}

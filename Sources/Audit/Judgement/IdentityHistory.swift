import CheckoutSession

/// Everything that was read of one identity. Its memory is used again for the next one.
struct IdentityHistory {
  /// How many facts of one identity are held at once; 65,536 repetitions of one request take 12 MiB.
  static let entriesMax = 65_536

  /// Its request records.
  private(set) var requests: [Entry] = []
  /// Which of ``requests`` have a dead letter.
  var isDeadLettered: [Bool] = []
  /// Replies to it.
  private(set) var replies: [Entry] = []
  /// Status events of its sessions.
  private(set) var events: [Entry] = []
  /// What the ledger holds of it.
  private(set) var generations: [Entry] = []
  /// The first fact that there was no room for.
  private(set) var firstLeftOut: Entry?

  /// Whether there is nothing.
  var isEmpty: Bool { count == 0 }

  private var count: Int { requests.count + replies.count + events.count + generations.count }

  /// Takes a fact in while there is room.
  mutating func add(_ entry: Entry) {
    guard count < Self.entriesMax else {
      if firstLeftOut == nil { firstLeftOut = entry }
      return
    }
    switch entry.kind {
    case .request: requests.append(entry)
    case .reply: replies.append(entry)
    case .event: events.append(entry)
    case .generation: generations.append(entry)
    }
  }

  /// Puts everything in the order in which it was written: within a partition by offset, between partitions by time.
  mutating func sort() {
    Self.sort(&requests)
    Self.sort(&replies)
    Self.sort(&events)
    if generations.count > 1 { generations.sort { $0.generation < $1.generation } }
  }

  private static func sort(_ entries: inout [Entry]) {
    guard entries.count > 1 else { return }
    entries.sort {
      ($0.at.millisecondsSinceEpoch, $0.place.topic, $0.place.partition, $0.place.offset)
        < ($1.at.millisecondsSinceEpoch, $1.place.topic, $1.place.partition, $1.place.offset)
    }
  }

  /// Forgets everything.
  mutating func removeAll() {
    requests.removeAll(keepingCapacity: true)
    isDeadLettered.removeAll(keepingCapacity: true)
    replies.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    generations.removeAll(keepingCapacity: true)
    firstLeftOut = nil
  }

  /// The ledger's present generation.
  var present: Entry? { generations.last { GenerationFlags(code: $0.code).isPresent } }
}

extension Entry {
  /// Whether this was surely written after `other`: by offset in one partition, else by time.
  func isAfter(_ other: Entry) -> Bool {
    if place.topic == other.place.topic, place.partition == other.place.partition { return place.offset > other.place.offset }
    return at > other.at
  }
}

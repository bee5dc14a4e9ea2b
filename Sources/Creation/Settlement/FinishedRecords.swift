import Records

/// The records of one batch that are finished together.
struct FinishedRecords {
  /// Their batch.
  let source: BatchInProgress
  /// Their positions in the batch.
  private(set) var indices: [Int] = []
  /// How many of them still counted against the batch's place.
  private(set) var heldCount = 0

  private init(source: BatchInProgress) { self.source = source }

  private mutating func add(_ request: PendingRequest) {
    indices.append(request.incoming.recordIndex)
    if !request.isPutOff { heldCount += 1 }
  }

  /// Sorts the records of published settlements by batch.
  ///
  /// Neighbours are nearly always of one batch, so the batch of the one before is looked at first; a search through the few others is cheaper
  /// than a hash table.
  static func grouping(_ published: [Settlement]) -> [FinishedRecords] {
    var groups: [FinishedRecords] = []
    var last = 0
    for settlement in published {
      let source = settlement.request.incoming.source
      if !groups.indices.contains(last) || groups[last].source !== source {
        last = groups.firstIndex { $0.source === source } ?? groups.count
        if last == groups.count {
          groups.append(FinishedRecords(source: source))
          groups[last].indices.reserveCapacity(published.count)
        }
      }
      groups[last].add(settlement.request)
    }
    return groups
  }
}

import Logging
import Records

extension ConsumerLoop {
  /// Collects for the first caller in line, and answers it once a limit is met.
  func pollRecords(_ limits: BatchLimits, wait: Duration) {
    switch bridge.pollRecords(limits, wait: wait) {
    case .empty, .interrupted: break
    case .mark(let place, nil): endsMet.append(place)
    case .mark(_, let error?): note(error)
    case .ready: handOut(limits)
    }
    if !endsMet.isEmpty, bridge.isEmpty { reachEnds() }
  }

  /// Partitions are at their end. Only once everything collected before it is handed out: else the last records of a partition would
  /// count as handed out while they still wait for their batch.
  private func reachEnds() {
    noteReachable()
    let ends = endsMet
    endsMet = []
    shared.withState { state in
      for end in ends { _ = state.tracker.withProgress(of: end.partition) { $0.reachEnd(at: end.offset) } }
    }
    for end in ends { stop.reachEnd(end) }
  }

  /// Gives the batch to the first caller in line.
  ///
  /// The race: that caller may be cancelled at any moment. ``ConsumerShared/startServing()`` takes it out of the line under the lock; if it
  /// was cancelled before, nobody is there and the records stay collected for the next caller. If it is cancelled afterwards, it gets its
  /// batch all the same, so no record is ever taken and not handed out.
  private func handOut(_ limits: BatchLimits) {
    guard let request = shared.startServing() else { return }
    noteReachable()
    var (slab, records, topics) = bridge.take(limits)
    admit(&records, topics: topics)
    guard !records.isEmpty else { return shared.putBack(request) }
    let slabCount = slab.count
    let batch = RecordBatch(slab: slab, records: records, topics: topics)
    slab = []
    stop.deliveredCount += records.count
    let now = now
    shared.withState { state in
      state.serving = nil
      state.health.lastBatchAt = now
    }
    metrics.consumed(records: records.count, bytes: slabCount)
    request.continuation.resume(returning: .success(batch))
  }

  /// Registers the records as in flight, under their epochs; drops those of partitions that are not (or no longer) ours, those that stand
  /// before one handed out already, and those behind the end to stop at.
  private func admit(_ records: inout [Record], topics: [String]) {
    var kept = 0
    let restarted = shared.withState { state in
      var restarted: [TopicPartition] = []
      var start = 0
      while start < records.count {
        let first = records[start]
        let end = records[start...].firstIndex { $0.partition != first.partition || $0.topicIndex != first.topicIndex } ?? records.count
        let partition = TopicPartition(topic: topics[first.topicIndex], partition: first.partition)
        let endOffset = stop.endOffset(of: partition)
        let lastOffset = records[end - 1].offset
        if state.tracker.partitions[partition]?.isRestart(at: first.offset) == true {
          state.tracker.restart(partition)
          restarted.append(partition)
        }
        _ = state.tracker.withProgress(of: partition) { progress in
          guard progress.phase == .active else { return }
          for index in start..<end where records[index].offset < endOffset && progress.deliver(records[index].offset) {
            records[kept] = records[index]
            records[kept].assignmentEpoch = progress.epoch
            kept += 1
          }
        }
        stop.pass(partition, offset: lastOffset)
        start = end
      }
      return restarted
    }
    for partition in restarted {
      logger.warning(
        "a partition's offsets began again; its topic was made anew or lost its end, and its records are read from there",
        metadata: ["partition": "\(partition)"])
    }
    records.removeLast(records.count - kept)
  }
}

/// The request topic and what the broker keeps of the consumer group: committed offsets, and which process may commit them.
struct ModelLog {
  struct Partition {
    var requests: [LoggedRequest] = []
    /// The next process begins here.
    var committed = 0
    /// The process that owns it.
    var owner = 0
    /// Counts assignments: who comes with an older number commits nothing.
    var epoch: UInt64 = 1
  }

  var partitions: [Partition]

  init(partitionsCount: Int) { partitions = Array(repeating: Partition(), count: partitionsCount) }

  /// Whether every record is done with.
  var isDone: Bool { partitions.allSatisfy { $0.committed == $0.requests.count } }

  /// Gives a partition to a process.
  mutating func assign(_ partition: Int, to owner: Int) {
    partitions[partition].owner = owner
    partitions[partition].epoch += 1
  }

  /// Commits, if the process is still the one that it was assigned to, and never backwards.
  mutating func commit(_ partition: Int, epoch: UInt64, offset: Int) {
    guard partitions[partition].epoch == epoch, offset > partitions[partition].committed else { return }
    partitions[partition].committed = offset
  }
}

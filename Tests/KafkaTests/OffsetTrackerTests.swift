import Records
import Testing

@testable import Kafka

@Suite struct OffsetTrackerTests {
  let partition = TopicPartition(topic: "t", partition: 0)

  private func assigned(_ offsets: [Int64]) -> (OffsetTracker, epoch: UInt64) {
    var tracker = OffsetTracker()
    tracker.assign([partition])
    let epoch = tracker.partitions[partition]?.epoch ?? 0
    for offset in offsets { #expect(tracker.withProgress(of: partition) { $0.deliver(offset) } == true) }
    return (tracker, epoch)
  }

  @Test(
    arguments: [
      (finished: [10, 11, 12], watermark: 13), (finished: [12, 11], watermark: nil), (finished: [11, 10], watermark: 12),
      (finished: [12, 10], watermark: 11), (finished: [], watermark: nil), (finished: [10, 10, 9, 99], watermark: 11),
    ] as [([Int64], Int64?)])
  func theWatermarkIsTheContiguousPrefix(finished: [Int64], watermark: Int64?) {
    var (tracker, epoch) = assigned([10, 11, 12])
    tracker.finish(partition, epoch: epoch, offsets: finished)
    #expect(tracker.commits().first?.offset == watermark)
  }

  @Test func gapsInOffsetsDoNotHoldTheWatermark() {
    var (tracker, epoch) = assigned([5, 9, 30])
    tracker.finish(partition, epoch: epoch, offsets: [9])
    #expect(tracker.commits().isEmpty)
    tracker.finish(partition, epoch: epoch, offsets: [5])
    #expect(tracker.commits().map(\.offset) == [10])
    tracker.finish(partition, epoch: epoch, offsets: [7, 30])
    #expect(tracker.commits().map(\.offset) == [31])
    #expect(tracker.ignoredFinishesCount == 1)
  }

  @Test func whatIsConfirmedIsNotCommittedAgain() throws {
    var (tracker, epoch) = assigned([0, 1])
    tracker.finish(partition, epoch: epoch, offsets: [0])
    let commit = try #require(tracker.commits().first)
    tracker.confirm(commit)
    #expect(tracker.commits().isEmpty)
    tracker.finish(partition, epoch: epoch, offsets: [1])
    #expect(tracker.commits() == [OffsetTracker.Commit(partition: partition, epoch: epoch, offset: 2)])
  }

  @Test func anEndedEpochIsFenced() throws {
    var (tracker, first) = assigned([0, 1])
    tracker.finish(partition, epoch: first, offsets: [0])
    let late = try #require(tracker.commits().first)
    #expect(tracker.fence([partition]) == 1)
    #expect(tracker.commits().isEmpty)
    tracker.assign([partition])
    let second = try #require(tracker.partitions[partition]?.epoch)
    #expect(second > first)
    tracker.finish(partition, epoch: first, offsets: [1])
    tracker.confirm(late)
    #expect(tracker.ignoredFinishesCount == 1)
    #expect(tracker.partitions[partition]?.committed == nil)
    #expect(tracker.commits().isEmpty)
  }

  @Test func aRevokingPartitionStillCommits() {
    var (tracker, epoch) = assigned([0])
    tracker.revoke([partition])
    #expect(tracker.unfinishedCount(of: [partition]) == 1)
    tracker.finish(partition, epoch: epoch, offsets: [0])
    #expect(tracker.unfinishedCount(of: [partition]) == 0)
    #expect(tracker.commits(of: [partition]).map(\.offset) == [1])
    #expect(tracker.commits(of: [TopicPartition(topic: "t", partition: 1)]).isEmpty)
  }

  @Test func aRecordBeforeTheLastOneIsNotDeliveredAgain() {
    var (tracker, _) = assigned([0, 1])
    #expect(tracker.withProgress(of: partition) { $0.deliver(1) } == false)
    #expect(tracker.unfinishedCount == 2)
  }

  @Test func offsetsThatBeginAgainAreANewEpoch() {
    var (tracker, _) = assigned([5, 6])
    #expect(tracker.partitions[partition]?.isRestart(at: 6) == false)
    #expect(tracker.partitions[partition]?.isRestart(at: 7) == false)
    #expect(tracker.partitions[partition]?.isRestart(at: 5) == true)
    let old = tracker.partitions[partition]?.epoch ?? 0
    tracker.restart(partition)
    #expect(tracker.withProgress(of: partition) { $0.deliver(0) } == true)
    tracker.finish(partition, epoch: old, offsets: [5, 6])
    #expect(tracker.commits().isEmpty, "the old epoch's records must not move the new watermark")
    tracker.finish(partition, epoch: tracker.partitions[partition]?.epoch ?? 0, offsets: [0])
    #expect(tracker.commits().map(\.offset) == [1])
  }

  @Test func aBatchIsFinishedByRunsOfPartitions() {
    var tracker = OffsetTracker()
    let partitions = (0..<3).map { TopicPartition(topic: "t", partition: $0) }
    tracker.assign(partitions)
    var records: [Record] = []
    for (offset, number) in [(0, 0), (1, 0), (0, 1), (2, 0), (0, 2)] as [(Int64, Int32)] {
      let partition = partitions[Int(number)]
      _ = tracker.withProgress(of: partition) { $0.deliver(offset) }
      records.append(
        Record(
          topicIndex: 0, partition: number, offset: offset, timestampMilliseconds: -1,
          assignmentEpoch: tracker.partitions[partition]?.epoch ?? 0, key: .null, value: .null, headers: ByteSpan(offset: 0, count: 0)))
    }
    let batch = RecordBatch(slab: [], records: records, topics: ["t"])
    tracker.finish(batch, indices: [0, 2])
    #expect(Set(tracker.commits().map(\.offset)) == [1])
    #expect(tracker.commits().count == 2)
    tracker.finish(batch, indices: batch.records.indices)
    #expect(tracker.unfinishedCount == 0)
    #expect(tracker.ignoredFinishesCount == 2)
    #expect(tracker.commits().map(\.offset).sorted() == [1, 1, 3])
  }

  /// Against a model that keeps plain sets: random deliveries with gaps, finishes in random order, revocations and new epochs.
  @Test(arguments: 0..<60) func randomHistoriesAgreeWithAModel(seed: UInt64) {
    var random = SplitMix(state: seed)
    var tracker = OffsetTracker()
    var model = Model()
    for _ in 0..<2000 {
      let partition = TopicPartition(topic: "t", partition: Int32.random(in: 0..<3, using: &random))
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        tracker.assign([partition])
        model.epochs[partition] = Model.Epoch(number: tracker.partitions[partition]?.epoch ?? 0)
      case 1:
        let inFlight = model.epochs.removeValue(forKey: partition).map { $0.delivered.count - $0.finished.count } ?? 0
        #expect(tracker.fence([partition]) == inFlight)
      case 2..<10:
        guard var epoch = model.epochs[partition] else { continue }
        let offset = (epoch.delivered.last ?? 0) + Int64.random(in: 1...3, using: &random)
        epoch.delivered.append(offset)
        model.everything.append((partition, epoch.number, offset))
        model.epochs[partition] = epoch
        #expect(tracker.withProgress(of: partition) { $0.deliver(offset) } == true)
      case 10:
        for commit in tracker.commits() { tracker.confirm(commit) }
      default:
        guard !model.everything.isEmpty else { continue }
        let (partition, number, offset) = model.everything.remove(at: Int.random(in: model.everything.indices, using: &random))
        tracker.finish(partition, epoch: number, offsets: [offset])
        if model.epochs[partition]?.number == number { model.epochs[partition]?.finished.insert(offset) }
      }
      for (partition, epoch) in model.epochs {
        let progress = tracker.partitions[partition]
        #expect(progress?.watermark == epoch.watermark)
        #expect(progress?.unfinishedCount == epoch.delivered.count - epoch.finished.count)
      }
    }
  }

  private struct Model {
    struct Epoch {
      var number: UInt64
      var delivered: [Int64] = []
      var finished: Set<Int64> = []
      var watermark: Int64? { delivered.prefix { finished.contains($0) }.last.map { $0 + 1 } }
    }
    var epochs: [TopicPartition: Epoch] = [:]
    var everything: [(TopicPartition, UInt64, Int64)] = []
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}

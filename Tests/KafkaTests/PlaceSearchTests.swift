import Testing

@testable import Kafka

/// Which record answers which place, and when streams are moved.
struct PlaceSearchTests {
  private let first = TopicPartition(topic: "t", partition: 0)
  private let second = TopicPartition(topic: "t", partition: 1)

  private func search(
    _ offsets: [Int64], bounds: Range<Int64> = 0..<10_000, positions: [TopicPartition: Int64] = [:]
  ) -> PlaceSearch {
    PlaceSearch(places: offsets.map { PartitionOffset(first, offset: $0) }, bounds: [first: bounds], positions: positions)
  }

  @Test func whatLiesOutsideThePartitionIsKnownAtOnce() {
    var search = PlaceSearch(
      places: [PartitionOffset(first, offset: 4), PartitionOffset(first, offset: 10), PartitionOffset(second, offset: 7)],
      bounds: [first: 5..<10], positions: [:])
    #expect(
      search.known == [
        .init(index: 0, kind: .gone), .init(index: 1, kind: .unknown), .init(index: 2, kind: .unknown),
      ])
    #expect(search.missingCount == 0)
    #expect(search.move() == nil)
  }

  @Test func smallGapsAreReadOver() {
    var search = search([30, 10, 20])
    #expect(search.move() == [PartitionOffset(first, offset: 10)])
    #expect(search.move() == nil)
    for offset in Int64(10)...30 {
      let index = [10: 1, 20: 2, 30: 0][offset]
      #expect(search.take(first, offset: offset) == (index.map { [.init(index: $0, kind: .found)] } ?? []))
    }
    #expect(search.missingCount == 0)
  }

  @Test func largeGapsAreJumpedOver() {
    let far = 11 + PlaceSearch.gapMax + 1
    var search = search([10, far])
    #expect(search.move() == [PartitionOffset(first, offset: 10)])
    #expect(search.take(first, offset: 10) == [.init(index: 0, kind: .found)])
    #expect(search.move() == [PartitionOffset(first, offset: far)])
    // What was on its way in the stream that ended stands before the new one.
    #expect(search.take(first, offset: 11).isEmpty)
    #expect(search.take(first, offset: far) == [.init(index: 1, kind: .found)])
  }

  @Test func missingOffsetsAreGone() {
    var search = search([10, 11, 12, 40])
    _ = search.move()
    #expect(search.take(first, offset: 10) == [.init(index: 0, kind: .found)])
    #expect(search.take(first, offset: 12) == [.init(index: 1, kind: .gone), .init(index: 2, kind: .found)])
    // The partition ends with control records, which are never handed out.
    #expect(search.reachEnd(first, offset: 41) == [.init(index: 3, kind: .gone)])
    #expect(search.missingCount == 0)
  }

  @Test func anEndBeforeAPlaceSaysNothing() {
    var search = search([10, 50])
    _ = search.move()
    _ = search.take(first, offset: 10)
    #expect(search.reachEnd(first, offset: 30).isEmpty)
    #expect(search.take(first, offset: 50) == [.init(index: 1, kind: .found)])
  }

  @Test func theSamePlaceTwiceIsAnsweredTwice() {
    var search = search([10, 10])
    _ = search.move()
    #expect(search.take(first, offset: 10) == [.init(index: 0, kind: .found), .init(index: 1, kind: .found)])
    #expect(search.missingCount == 0)
  }

  @Test(arguments: [(Int64(95), false), (100, false), (101, true), (nil, true)] as [(Int64?, Bool)])
  func aStreamGoesOnFromAnEarlierSearch(position: Int64?, isMoved: Bool) {
    var search = search([100], positions: position.map { [first: $0] } ?? [:])
    #expect(search.move() == (isMoved ? [PartitionOffset(first, offset: 100)] : nil))
    #expect(search.take(first, offset: 100) == [.init(index: 0, kind: .found)])
  }

  @Test func aStreamThatHasPassedAPlaceIsMovedBackAndTakesNothingForGone() {
    var search = search([100, 300], positions: [first: 200])
    #expect(search.take(first, offset: 250).isEmpty)  // neither: 100 stands behind the stream, 300 before it
    #expect(search.move() == [PartitionOffset(first, offset: 100)])
    #expect(search.take(first, offset: 100) == [.init(index: 0, kind: .found)])
    #expect(search.take(first, offset: 300) == [.init(index: 1, kind: .found)])
  }

  @Test func allStreamsMoveTogetherWhenNoneCanGoOn() {
    var search = PlaceSearch(
      places: [10, 5000].map { PartitionOffset(first, offset: $0) } + [7].map { PartitionOffset(second, offset: $0) },
      bounds: [first: 0..<10_000, second: 0..<10_000], positions: [:])
    #expect(search.move() == [PartitionOffset(first, offset: 10), PartitionOffset(second, offset: 7)])
    _ = search.take(first, offset: 10)
    #expect(search.move() == nil)  // the second one is still on its way
    _ = search.take(second, offset: 7)
    #expect(search.move() == [PartitionOffset(first, offset: 5000)])
  }
}

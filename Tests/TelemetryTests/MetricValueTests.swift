import Testing

@testable import Telemetry

@Suite struct MetricValueTests {
  @Test func countersOnlyGrowAndStopAtTheEnd() {
    let counter = PrometheusCounter()
    counter.increment(by: 5)
    counter.increment(by: -3)
    counter.increment(by: -1.0)
    counter.increment(by: .nan)
    counter.increment(by: .infinity)
    #expect(counter.value == 5)
    counter.increment(by: Int64.max)
    #expect(counter.value == Double(Int64.max))
    counter.reset()
    #expect(counter.value == 0)
  }

  @Test(arguments: [(-1.0, 0), (0.1, 0), (0.100001, 1), (1.0, 1), (1.5, 2), (.infinity, 2)])
  func boundsBelongToTheirBucket(value: Double, bucket: Int) {
    let histogram = PrometheusHistogram(buckets: [0.1, 1])
    histogram.record(value, count: 3)
    histogram.record(.nan)
    histogram.record(value, count: 0)
    let counts = histogram.snapshot.counts
    #expect(counts[bucket] == 3)
    #expect(histogram.snapshot.count == 3)
  }

  @Test func aBatchCountsLikeItsObservations() {
    let one = PrometheusHistogram(buckets: MetricDescription.defaultSecondsBuckets)
    let other = PrometheusHistogram(buckets: MetricDescription.defaultSecondsBuckets)
    var batch = other.makeBatch()
    for step in 0..<200 {
      one.record(duration: .milliseconds(step * step))
      batch.record(duration: .milliseconds(step * step))
    }
    one.record(duration: .milliseconds(4), count: 50)
    batch.record(duration: .milliseconds(4), count: 50)
    #expect(other.add(batch))
    #expect(one.snapshot.counts == other.snapshot.counts)
    #expect(abs(one.snapshot.sum - other.snapshot.sum) < 1e-6)
    batch.removeAll()
    #expect(batch.isEmpty)
    #expect(other.add(batch))
    #expect(other.snapshot.count == 250)
  }

  @Test func aBatchWithOtherBucketsIsRefused() {
    let histogram = PrometheusHistogram(buckets: [1])
    var batch = PrometheusHistogram(buckets: [2]).makeBatch()
    batch.record(1)
    #expect(!histogram.add(batch))
    #expect(histogram.snapshot.count == 0)
  }

  @Test func quantilesAreEstimatedWithinTheirBucket() {
    #expect(HistogramSnapshot(buckets: [1], counts: [0, 0], sum: 0).estimate(quantile: 0.5) == nil)
    let histogram = HistogramSnapshot(buckets: [1, 2, 4], counts: [10, 10, 0, 5], sum: 0)
    #expect(histogram.estimate(quantile: 0.2) == 0.5)
    #expect(histogram.estimate(quantile: 0.6) == 1.5)
    #expect(histogram.estimate(quantile: 0.99) == 4)
  }
}

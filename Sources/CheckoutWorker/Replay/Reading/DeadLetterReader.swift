import CheckoutSession
import Kafka
import Logging
import Records
import Replay

/// Streams the dead letters that a filter means, up to where the dead-letter topic ends now.
struct DeadLetterReader: Sendable {
  /// Dead letters that are handed over together, at most.
  static let lettersMax = 2000
  /// Bytes of them, about: one batch ends with the first letter that goes over it.
  static let bytesMax = 8 * 1024 * 1024

  /// What was read.
  struct Extent: Hashable, Sendable {
    /// Where each partition was read: from, and up to but without.
    var stretches: Stretches
    /// Records that were looked at, whatever the filter says to them.
    var recordsRead = 0
    /// Dead letters that the filter means.
    var lettersCount = 0
  }

  private let scan: TopicScan
  private let topic: String
  private let filter: DeadLetterFilter
  private let progress: ReadingProgress

  /// - Throws: ``SecretFileError``.
  init(assembly: WorkerAssembly, filter: DeadLetterFilter, progress: ReadingProgress, logger: Logger) throws(SecretFileError) {
    scan = try TopicScan(assembly: assembly, logger: logger)
    topic = assembly.configuration.kafka.topics.deadLetters
    self.filter = filter
    self.progress = progress
  }

  /// Hands the dead letters over in batches, in the order of their offsets in each partition; every record gives one, see `DeadLetterParser`.
  ///
  /// Memory has a bound: one batch, and what the client has fetched ahead.
  /// - Parameter take: false ends the reading.
  /// - Throws: `KafkaError`, `CancellationError`, and what `take` throws.
  @discardableResult
  func read(isolation: isolated (any Actor)? = #isolation, _ take: ([DeadLetter]) async throws -> Bool) async throws -> Extent {
    var extent = Extent(stretches: try await stretches())
    progress.begin("reading dead letters", of: "record", expected: extent.stretches.recordsMax)
    var parser = DeadLetterParser()
    var letters: [DeadLetter] = []
    var bytes = 0
    var goesOn = true
    try await scan.read(extent.stretches) { batch in
      for record in batch.records where extent.stretches.contains(record, of: batch) {
        extent.recordsRead += 1
        guard let letter = letter(record, batch, &parser) else { continue }
        extent.lettersCount += 1
        bytes += letter.bytesCount
        letters.append(letter)
        guard letters.count >= Self.lettersMax || bytes >= Self.bytesMax else { continue }
        goesOn = try await take(letters)
        (letters, bytes) = ([], 0)
        guard goesOn else { return false }
      }
      progress.note(batch.records.count)
      return true
    }
    if goesOn, !letters.isEmpty { _ = try await take(letters) }
    return extent
  }

  /// The record as a dead letter, if the filter means it. What its place and time rule out is not read any further.
  private func letter(_ record: Record, _ batch: RecordBatch, _ parser: inout DeadLetterParser) -> DeadLetter? {
    if record.timestampMilliseconds >= 0 {
      let at = Timestamp(millisecondsSinceEpoch: record.timestampMilliseconds)
      guard filter.contains(partition: record.partition, offset: record.offset, at: at) else { return nil }
    }
    let letter = parser.parse(StoredRecord(record, of: batch))
    return filter.matches(letter) ? letter : nil
  }

  /// What has to be read for the filter: no record outside can be meant.
  private func stretches() async throws(KafkaError) -> Stretches {
    try await scan.ask { consumer throws(KafkaError) in
      let bounds = try await consumer.bounds(topic, timeout: TopicScan.questionMax)
      var begins: [TopicPartition: Int64] = [:]
      if let since = filter.since {
        begins = try await consumer.offsets(since: since.millisecondsSinceEpoch, in: bounds, timeout: TopicScan.questionMax)
      }
      var ranges: [TopicPartition: Range<Int64>] = [:]
      for (partition, held) in bounds {
        guard let wanted = filter.offsets(ofPartition: partition.partition) else { continue }
        let from = max(held.lowerBound, wanted.lowerBound, begins[partition] ?? 0)
        let to = wanted.upperBound == .max ? held.upperBound : min(held.upperBound, wanted.upperBound + 1)
        if from < to { ranges[partition] = from..<to }
      }
      return Stretches(ranges)
    }
  }
}

extension DeadLetter {
  /// The bytes that it keeps of its record.
  fileprivate var bytesCount: Int { (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.bytes.count }
}

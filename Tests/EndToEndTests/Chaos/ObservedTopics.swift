import CheckoutSession
import Kafka

/// What stands in the four topics, gathered record by record. Pure.
struct ObservedTopics: Sendable {
  /// All replies with one `ce_id`.
  struct Reply: Sendable {
    var ceID: String
    var outcome: String
    var sessionID: String?
    var hostedURL: String?
    var generation: Int64
    var errorCode: String?
    var value: [UInt8]
    /// When this observer saw the last of them that has a URL.
    var seenAt: Timestamp
    var count = 1
  }

  /// All events with one `ce_id`.
  struct Event: Sendable {
    var ceID: String
    var status: SessionStatus
    var content: [String]
    var count = 1
  }

  /// How many records the request topic has for an id.
  private(set) var requests: [String: Int] = [:]
  /// The ids of the request topic by partition and offset.
  private(set) var requestIDs: [Int32: [Int64: String]] = [:]
  private(set) var replies: [String: [Reply]] = [:]
  private(set) var deadLetters: [String: Int] = [:]
  /// Events by session.
  private(set) var events: [String: [Event]] = [:]
  /// What is wrong with single records, as far as they alone show it.
  private(set) var faults: [String] = []

  private(set) var recordsCount = 0
  private(set) var requestsCount = 0
  private(set) var repliesCount = 0
  private(set) var eventsCount = 0
  /// Records that have no reply yet.
  private(set) var owedCount = 0
  /// Sessions that were published and have not ended.
  private(set) var openSessions: Set<String> = []

  private var nextOffsets: [TopicPartition: Int64] = [:]
  private var repliesOf: [String: Int] = [:]
  private var ended: Set<String> = []
  private let topics: (requests: String, replies: String, deadLetters: String)

  init(requests: String, replies: String, deadLetters: String) {
    topics = (requests, replies, deadLetters)
  }

  /// Takes records in, those of each partition in order; one that it has had already is left out.
  mutating func take(_ records: [ReadRecord], seenAt: Timestamp) {
    for record in records {
      // After a broker's restart the client may read a partition from its beginning once more.
      let place = TopicPartition(topic: record.topic, partition: record.partition)
      guard record.offset >= nextOffsets[place, default: 0] else { continue }
      nextOffsets[place] = record.offset + 1
      recordsCount += 1
      switch record.topic {
      case topics.requests: takeRequest(record)
      case topics.deadLetters: deadLetters[record.text("ce_id") ?? record.key ?? "", default: 0] += 1
      case topics.replies:
        do { takeReply(try ReadReply(record), seenAt: seenAt) } catch { faults.append("\(error)") }
      default:
        do { takeEvent(try ReadEvent(record)) } catch { faults.append("\(error)") }
      }
    }
  }

  private mutating func takeRequest(_ record: ReadRecord) {
    let id = record.text("ce_id") ?? ""
    requestsCount += 1
    requestIDs[record.partition, default: [:]][record.offset] = id
    requests[id, default: 0] += 1
    if requests[id, default: 0] > repliesOf[id, default: 0] { owedCount += 1 }
  }

  private mutating func takeReply(_ read: ReadReply, seenAt: Timestamp) {
    let id = read.requestID
    repliesCount += 1
    if requests[id, default: 0] > repliesOf[id, default: 0] { owedCount -= 1 }
    repliesOf[id, default: 0] += 1
    if read.outcome == "CREATED", let session = read.sessionID, !ended.contains(session) { openSessions.insert(session) }
    guard let index = replies[id]?.firstIndex(where: { $0.ceID == read.ceID }) else {
      replies[id, default: []].append(
        Reply(
          ceID: read.ceID, outcome: read.outcome, sessionID: read.sessionID, hostedURL: read.hostedURL, generation: read.generation,
          errorCode: read.errorCode, value: read.record.value, seenAt: seenAt))
      return
    }
    replies[id]?[index].count += 1
    if read.hostedURL != nil { replies[id]?[index].seenAt = seenAt }
    guard let first = replies[id]?[index], first.value != read.record.value else { return }
    // After its end a session has no URL any more (`contract/messages.md`); all else stays as it was.
    let isSame = first.outcome == read.outcome && first.sessionID == read.sessionID && first.generation == read.generation
    if !isSame || (read.hostedURL != nil && first.hostedURL != nil) { faults.append("\(id): conflicting replies under \(read.ceID)") }
  }

  private mutating func takeEvent(_ read: ReadEvent) {
    eventsCount += 1
    if read.isTerminal {
      ended.insert(read.sessionID)
      openSessions.remove(read.sessionID)
    }
    guard let index = events[read.sessionID]?.firstIndex(where: { $0.ceID == read.ceID }) else {
      if let last = events[read.sessionID]?.last, !last.status.mayBecome(read.status) {
        faults.append("\(read.requestID): \(read.status.rawValue) after \(last.status.rawValue)")
      }
      events[read.sessionID, default: []].append(Event(ceID: read.ceID, status: read.status, content: read.content))
      return
    }
    events[read.sessionID]?[index].count += 1
    guard let first = events[read.sessionID]?[index].content, first != read.content else { return }
    faults.append("\(read.requestID): differing events under \(read.ceID): \(first.dropFirst()), \(read.content.dropFirst())")
  }
}

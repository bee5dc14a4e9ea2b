import CheckoutSession
import Records

/// Turns records into requests: reads headers and body, finds out who asks for what, and rejects what can never work.
struct Intake {
  /// What a batch came to.
  struct Result {
    /// Requests to claim, in the order of their records.
    var claimable: [PendingRequest] = []
    /// Requests with a reply already.
    var rejected: [Settlement] = []
  }

  private let merchants: MerchantDirectory
  private let routing: ReplyRouting
  private var reader = JSONReader()

  init(merchants: MerchantDirectory, routing: ReplyRouting) {
    self.merchants = merchants
    self.routing = routing
  }

  /// Reads every record of the batch.
  mutating func read(_ source: BatchInProgress, at now: Timestamp) -> Result {
    var result = Result()
    result.claimable.reserveCapacity(source.batch.records.count)
    for index in source.batch.records.indices {
      let (request, error) = read(source, index)
      if let error {
        result.rejected.append(.rejected(request, error, at: now, holdsIdentity: false))
      } else {
        result.claimable.append(request)
      }
    }
    return result
  }

  private mutating func read(_ source: BatchInProgress, _ index: Int) -> (PendingRequest, ReplyError?) {
    let batch = source.batch
    let record = batch.records[index]
    let size = RecordSize(record)
    var headers = size.areHeadersTooLarge ? .none : RequestHeaders.read(batch.headers(of: record))
    var problems = IntakeProblems()
    if let fault = size.fault { problems.header([fault], code: "RECORD_TOO_LARGE", title: "Record too large") }
    let body = batch.value(of: record)
    let mode: SessionMode?
    let merchantTransactionID: String?
    do {
      let request = try SessionRequest.read(body, reader: &reader)
      mode = request.mode
      merchantTransactionID = request.merchantTransactionID
    } catch {
      mode = error.mode
      merchantTransactionID = error.merchantTransactionID
      problems.body = error.replyError
    }
    let merchantIndex = findMerchant(headers, &problems)
    checkReplyAddress(&headers, &problems)
    problems.header(headers.faults)
    let error = problems.replyError
    let identity = RequestNaming.identity(
      headers, merchantIndex: merchantIndex, merchantTransactionID: merchantTransactionID, of: record, in: batch, merchants: merchants)
    let incoming = IncomingRequest(
      source: source, recordIndex: index, identity: identity, mode: mode, merchantTransactionID: merchantTransactionID, headers: headers,
      merchantIndex: merchantIndex ?? 0, bodyHash: error == nil ? body.map { BodyHash(of: $0) } : nil)
    return (PendingRequest(incoming), error)
  }

  private func findMerchant(_ headers: RequestHeaders, _ problems: inout IntakeProblems) -> Int? {
    // An unreadable merchant id is a fault of the header already.
    guard !headers.isMerchantUnreadable else { return nil }
    if let index = RequestNaming.merchantIndex(headers, merchants) { return index }
    let expected =
      headers.merchantID == nil
      ? "must name a merchant, because no default merchant is configured" : "must be the id of a configured merchant"
    problems.header([HeaderFault(HeaderName.merchantID, expected)], code: IntakeProblems.unknownMerchant, title: "Unknown merchant")
    return nil
  }

  /// A reply address that is refused is not used for the reply that says so either.
  private func checkReplyAddress(_ headers: inout RequestHeaders, _ problems: inout IntakeProblems) {
    if let topic = headers.replyTopic, !routing.replyTopicsAllowed.contains(topic) {
      problems.header(
        [HeaderFault("reply-to", "must be a topic of creation.replyTopicsAllowed")], code: IntakeProblems.replyTopicNotAllowed,
        title: "Reply topic not allowed")
      headers.replyTopic = nil
      headers.replyPartition = nil
      return
    }
    guard let partition = headers.replyPartition else { return }
    guard let count = routing.partitionCounts[headers.replyTopic ?? routing.repliesTopic], Int(partition) >= count else { return }
    problems.header([HeaderFault("kafka_replyPartition", "must be a partition of the reply topic, which has \(count), got \(partition)")])
    headers.replyPartition = nil
  }
}

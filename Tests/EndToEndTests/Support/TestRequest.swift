import Kafka
import Records

/// A record for the request topic.
struct TestRequest: Sendable {
  var key: String
  var value: [UInt8]?
  var headers: [(name: String, value: [UInt8])]
  var partition: Int32?

  /// A record whose request id is `id`.
  init(id: String, value: [UInt8]?, headers: [(name: String, value: [UInt8])] = []) {
    key = id
    self.value = value
    self.headers = [("ce_id", Array(id.utf8))] + headers
  }

  /// A valid PAYMENT whose request id and merchantTransactionId are `id`: what the simulator does to it depends on that id alone.
  static func payment(_ id: String, headers: [(name: String, value: [UInt8])] = []) -> TestRequest {
    TestRequest(id: id, value: Array(body(id).utf8), headers: headers)
  }

  /// `count` of them: `<name>-00000`, ….
  static func payments(_ name: String, _ count: Int) -> [TestRequest] { (0..<count).map { payment(paymentID(name, $0)) } }

  static func paymentID(_ name: String, _ index: Int) -> String {
    let digits = String(index)
    return "\(name)-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  static func body(_ transactionID: String) -> String {
    #"{"payment":{"merchantTransactionId":"\#(transactionID)","amount":1250,"authorizeCard":false},"config":{"modes":["PAYMENT"]}}"#
  }
}

extension Lane {
  /// Publishes records and waits until the broker has them all.
  func publish(_ records: [TestRequest]) async throws {
    let producer = try KafkaProducer(
      configuration: KafkaProducerConfiguration(
        bootstrapServers: bootstrapServers, topics: [requests], properties: properties.filter { $0.key == "receive.message.max.bytes" }),
      logger: .silent)
    var outgoing = OutgoingRecords(recordsCapacity: records.count, bytesCapacity: records.count * 256)
    for record in records {
      let write: ((inout [UInt8]) -> Void)? = record.value.map { value in { $0 += value } }
      outgoing.append(
        topic: requests, partition: record.partition, key: Array(record.key.utf8)[...], value: write,
        headers: { bytes in
          for header in record.headers { PackedHeaders.append(name: header.name.utf8, value: header.value, to: &bytes) }
        })
    }
    let report = try await producer.send(outgoing)
    _ = await producer.close()
    if let failure = report.failures.first { throw failure.error }
  }
}

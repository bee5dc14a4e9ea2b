import CheckoutSession
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

  /// A valid request of any mode, with a customer where the mode wants one. What the simulator does to it depends on `id` and mode alone.
  static func session(_ id: String, _ mode: SessionMode, customer: String = customer) -> TestRequest {
    var members: [String] = []
    // The simulator tells requests without a payment apart by their bodies.
    if mode != .payment { members.append(#""customer":{\#(customer),"metadata":{"reference":"\#(id)"}}"#) }
    if [.payment, .paymentWithWallet, .paymentMethodEntry].contains(mode) {
      members.append(#""payment":{"merchantTransactionId":"\#(id)","amount":1250,"authorizeCard":false}"#)
    }
    if mode == .paymentMethodDisplay { members.append(#""paymentMethod":{"id":"5f0f2f0a-9a55-4a07-8a7f-0d6c0c7f6b11"}"#) }
    return TestRequest(id: id, value: Array(#"{\#(members.joined(separator: ",")),"config":{"modes":["\#(mode.rawValue)"]}}"#.utf8))
  }

  /// `count` of them, of all modes in turn: `<name>-00000`, ….
  static func sessions(_ name: String, _ count: Int) -> [TestRequest] {
    let modes = SessionMode.allCases
    return (0..<count).map { session(paymentID(name, $0), modes[$0 % modes.count]) }
  }

  /// Members of a customer.
  static let customer = #""firstName":"Ada","email":"ada@example.com","hsid":"120c5730-e796-4448-8da9-081fde4e3e79""#

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

import CheckoutSession
import Records
import Stage
import Testing

@Suite("CloudEvents headers")
struct CloudEventHeadersTests {
  @Test("id and time stand where they belong, the rest is as contract/messages.md says")
  func headers() {
    let headers = CloudEventHeaders(type: SessionStatus.timedOut.cloudEventsType, source: "/checkout-worker")
    var bytes: [UInt8] = []
    for id in ["89b433b1-8a0a-81d4-94d0-0dd647dfcc14", "00000000-0000-8000-8000-000000000000"] {
      bytes.removeAll()
      headers.append(id: id, time: Timestamp(millisecondsSinceEpoch: 1_735_689_600_123), to: &bytes)
      let read = PackedHeaders(bytes[...]).map {
        String(decoding: $0.name, as: UTF8.self) + "=" + String(decoding: $0.value ?? [], as: UTF8.self)
      }
      #expect(
        read == [
          "ce_specversion=1.0", "ce_id=\(id)", "ce_source=/checkout-worker", "ce_type=checkout.session.timed_out",
          "ce_time=2025-01-01T00:00:00.123Z", "content-type=application/json",
        ])
    }
  }
}

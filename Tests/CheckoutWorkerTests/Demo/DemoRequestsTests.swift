import CheckoutSession
import Testing

@testable import CheckoutWorker

@Suite struct DemoRequestsTests {
  private let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)

  private func make(seed: UInt64, count: Int = 1000) -> [DemoRequest] {
    var maker = DemoRequests(seed: seed, now: now)
    return maker.make(count)
  }

  @Test func theSameSeedMakesTheSameRequests() {
    #expect(make(seed: 7).map(\.body) == make(seed: 7).map(\.body))
    #expect(make(seed: 7).map(\.body) != make(seed: 8).map(\.body))
  }

  @Test func everyKindAndEveryModeOccurs() {
    let requests = make(seed: 1)
    #expect(requests.count == 1000)
    #expect(Set(requests.map(\.kind)) == Set(DemoRequest.Kind.allCases))
    #expect(Set(requests.filter { $0.kind == .valid }.map(\.mode)) == Set(SessionMode.allCases))
  }

  @Test func requestsAreWhatTheyAreMeantToBe() {
    var reader = JSONReader()
    for request in make(seed: 3) {
      let result = Result { try SessionRequest.read(Array(request.body.utf8)[...], reader: &reader) }
      switch (request.kind, result) {
      case (.invalid, .failure): break
      case (.invalid, .success): Issue.record("an invalid request passes: \(request.body)")
      case (_, .failure(let error)): Issue.record("a \(request.kind) request is rejected: \(error)")
      case (_, .success(let read)):
        #expect(read.mode == request.mode)
        #expect(read.merchantTransactionID == request.merchantTransactionID)
      }
      #expect((request.expiresAt.map { $0 < now } ?? false) == (request.kind == .expired))
    }
  }
}

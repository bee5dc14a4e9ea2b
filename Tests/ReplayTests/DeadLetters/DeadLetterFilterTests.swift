import CheckoutSession
import Testing

@testable import Replay

/// Every part of a filter must agree, any value of a part may.
struct DeadLetterFilterTests {
  private func filter(_ change: (inout DeadLetterFilter) -> Void) -> DeadLetterFilter {
    var filter = DeadLetterFilter()
    change(&filter)
    return filter
  }

  /// What a plan keeps of a dead letter.
  private static func line(of letter: DeadLetter) -> PlanEntry {
    PlanEntry(
      place: letter.place, origin: letter.name,
      identity: RequestIdentity(merchantID: letter.merchantID ?? "", requestID: letter.requestID ?? ""), mode: letter.mode,
      failedAt: letter.at, errorClass: letter.errorClass, errorCode: letter.errorCode, errorDetail: "", replayCount: 0, bodyHash: nil,
      recordHash: letter.recordHash, prediction: Prediction(.gone, detail: ""), action: .skip)
  }

  private let letter = LetterFixture.letter()
  private let bare = LetterFixture.parse(LetterFixture.record([]))

  @Test func nothingSaidMeansAll() {
    #expect(DeadLetterFilter().matches(letter))
    #expect(DeadLetterFilter().matches(bare))
    #expect(DeadLetterFilter().offsets(ofPartition: 5) == 0...Int64.max)
  }

  @Test func everyPartMayRuleOut() {
    let at = letter.at
    let meant: [DeadLetterFilter] = [
      filter { $0.codes = ["TIMED_OUT", "GATEWAY_ERROR"] }, filter { $0.classes = [.transient] }, filter { $0.merchants = ["m-1", "m-2"] },
      filter { $0.modes = [.payment] }, filter { $0.requestIDs = ["r-1"] }, filter { $0.partitions = [2] },
      filter {
        $0.partitions = [2]
        $0.offsets = [0...3, 7...7]
      },
      filter { $0.since = at }, filter { $0.until = at + .milliseconds(1) },
    ]
    for filter in meant { #expect(filter.matches(letter) && filter.matches(Self.line(of: letter)), "\(filter)") }
    let notMeant: [DeadLetterFilter] = [
      filter { $0.codes = ["TIMED_OUT"] }, filter { $0.classes = [.permanent] }, filter { $0.merchants = ["m-2"] },
      filter { $0.modes = [.paymentMethodEntry, nil] }, filter { $0.requestIDs = ["r-2"] }, filter { $0.partitions = [3] },
      filter {
        $0.partitions = [2]
        $0.offsets = [0...6, 8...9]
      },
      filter { $0.since = at + .milliseconds(1) }, filter { $0.until = at },
      filter {
        $0.codes = ["GATEWAY_ERROR"]
        $0.classes = [.permanent]
      },
    ]
    for filter in notMeant { #expect(!filter.matches(letter) && !filter.matches(Self.line(of: letter)), "\(filter)") }
  }

  @Test func whatALetterDoesNotSayAgreesWithNothing() {
    #expect(!filter { $0.merchants = ["m-1"] }.matches(bare))
    #expect(!filter { $0.requestIDs = ["r-1"] }.matches(bare))
    #expect(!filter { $0.modes = [.payment] }.matches(bare))
    #expect(filter { $0.modes = [.payment, nil] }.matches(bare))
    #expect(filter { $0.codes = [DeadLetter.unreadableCode] }.matches(bare))
  }

  @Test func onlyTheOffsetsThatAreMeantNeedToBeRead() {
    let filter = filter {
      $0.partitions = [2]
      $0.offsets = [70...80, 10...12]
    }
    #expect(filter.offsets(ofPartition: 2) == 10...80)
    #expect(filter.offsets(ofPartition: 3) == nil)
  }
}

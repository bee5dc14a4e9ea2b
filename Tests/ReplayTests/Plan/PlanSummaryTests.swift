import CheckoutSession
import Replay
import Testing

@Suite struct PlanSummaryTests {
  /// A line, and which of the counts it adds to: to send, to create, refused edit, over the limit.
  @Test(arguments: [
    (Prediction.Kind.willCreate, ReplayAction.retry, 0, [1, 1, 0, 0]), (.willCreate, .retryNew, 0, [1, 1, 0, 0]),
    (.willCreate, .edit, 0, [1, 1, 0, 0]), (.willCreate, .skip, 0, [0, 0, 0, 0]), (.willCreate, .drop, 0, [0, 0, 0, 0]),
    (.willCreate, .retry, 3, [0, 0, 0, 1]), (.willCreate, .retry, 2, [1, 1, 0, 0]), (.stillRejected, .retry, 0, [1, 0, 0, 0]),
    (.stillRejected, .edit, 0, [0, 0, 1, 0]), (.gatewayRejectsAgain, .edit, 0, [1, 0, 0, 0]), (.gone, .retry, 0, [0, 0, 0, 0]),
    (.alreadyReplayed, .retry, 0, [0, 0, 0, 0]), (.redacted, .retry, 0, [0, 0, 0, 0]), (.alreadyAnswered, .retry, 0, [1, 0, 0, 0]),
  ])
  func counts(kind: Prediction.Kind, action: ReplayAction, replayCount: Int, expected: [Int]) {
    var summary = PlanSummary(attemptsMax: 3)
    summary.add(entry(kind, action, replayCount))
    #expect([summary.toSendCount, summary.toCreateCount, summary.refusedEditsCount, summary.overLimitCount] == expected)
    #expect(summary.linesCount == 1 && summary.count(of: kind) == 1 && summary.count(of: action) == 1)
    #expect(summary.counts == [kind: [action: 1]])
  }

  private func entry(_ kind: Prediction.Kind, _ action: ReplayAction, _ replayCount: Int) -> PlanEntry {
    let place = RecordCoordinate(topic: "t", partition: 0, offset: 0)
    return PlanEntry(
      place: place, origin: place, identity: RequestIdentity(merchantID: "m", requestID: "r"), mode: nil,
      failedAt: Timestamp(millisecondsSinceEpoch: 0), errorClass: .transient, errorCode: "C", errorDetail: "", replayCount: replayCount,
      bodyHash: nil, recordHash: BodyHash(of: []), prediction: Prediction(kind, detail: ""), action: action)
  }
}

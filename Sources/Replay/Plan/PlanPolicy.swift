import CheckoutSession

/// What a plan says about a dead letter, and what it does about it unless the operator says otherwise. Pure.
struct PlanPolicy {
  /// `replay.maxAttempts`.
  let attemptsMax: Int

  /// The `prediction.errorCode` of an edit that cannot be applied.
  static let invalidEditCode = "INVALID_EDIT"

  /// `error.code` of a conflict (`contract/messages.md`, "Identity").
  static let conflictCode = "IDEMPOTENCY_CONFLICT"

  // MARK: Predictions

  /// What would become of a request.
  /// - Parameters:
  ///   - request: what would be sent, or why nothing can; nil: nothing can, and `rehearsed` is nil as well.
  ///   - earlierGeneration: the session that an earlier line of the plan makes for the same identity.
  func prediction(
    _ letter: DeadLetter, _ draft: PlanDraft, _ request: Result<ReplayRequest, ReplayRequestError>?, _ rehearsed: RehearsedRequest?,
    earlierGeneration: Int?
  ) -> Prediction {
    guard case .success(let request)? = request, let rehearsed else {
      guard case .failure(let error)? = request else { return Prediction(.gone, detail: "there is nothing to send") }
      return prediction(error)
    }
    if let earlierGeneration {
      return Prediction(
        .alreadyAnswered, generation: earlierGeneration,
        detail: "an earlier line of this plan makes a session for the same request: its reply would be given again")
    }
    switch rehearsed.ending {
    case .sent(let generation, let notBefore):
      guard Self.wasRejectedByGateway(letter), request.bodyHash == request.originalHash else {
        return Prediction(
          .willCreate, generation: generation,
          detail: "the gateway is asked for a session, generation \(generation) of this request"
            + (notBefore.map { ", but not before \($0.rfc3339): until then the URL that the shop has may be open" } ?? ""))
      }
      return Prediction(
        .gatewayRejectsAgain, errorCode: letter.errorCode,
        detail: "the gateway has rejected this very body with HTTP \(letter.httpStatus ?? 0), and will again")
    case .answered(let generation, let until):
      return Prediction(.alreadyAnswered, generation: generation, detail: Self.answered(draft.rehearsedAction, until: until))
    case .rejected(let error):
      return Prediction(.stillRejected, errorCode: error.code, detail: error.detail)
    case .expired: return Prediction(.expired, detail: "its ce_expirytime has passed: nobody waits for the answer any more")
    case .conflict:
      return Prediction(
        .conflict, errorCode: Self.conflictCode, detail: "its request id stands for another body in the ledger")
    }
  }

  /// A prediction for a dead letter whose request cannot be built.
  private func prediction(_ error: ReplayRequestError) -> Prediction {
    switch error.code {
    case .redacted: Prediction(.redacted, detail: error.message)
    case .invalidPatch, .unreadableBody: Prediction(.stillRejected, errorCode: Self.invalidEditCode, detail: error.message)
    default: Prediction(.gone, detail: error.message)
    }
  }

  /// The second dead letter of one failed request.
  func sameRecord(as earlier: RecordCoordinate) -> Prediction {
    Prediction(.alreadyReplayed, detail: "the line of \(earlier) is about the same request record, and a record is sent again once")
  }

  /// A dead letter that an earlier run has sent or dropped.
  func replayed(_ record: ReplayRecord) -> Prediction {
    let at = (record.sentAt ?? record.claimedAt).rfc3339
    let detail =
      switch (record.state, record.answer) {
      case (.dropped, _): "dropped at \(at) by run \(record.run)"
      case (_, let answer?):
        "sent again at \(at) by run \(record.run), which was answered \(answer.outcome.rawValue)"
          + (answer.errorCode.map { " (\($0))" } ?? "")
      default: "sent again at \(at) by run \(record.run); its answer was not seen"
      }
    return Prediction(.alreadyReplayed, generation: record.answer?.generation, detail: detail)
  }

  /// A line whose dead letter cannot be read any more: nothing can be sent.
  func withoutLetter(_ entry: PlanEntry, _ prediction: Prediction, wanted: ReplayOrder, mayBeDropped: Bool) -> PlanEntry {
    let isPossible = wanted.action == .skip || (wanted.action == .drop && mayBeDropped)
    var entry = entry
    entry.prediction = prediction
    entry.action = isPossible ? wanted.action : .skip
    entry.patch = nil
    entry.reason = (isPossible ? wanted.reason : nil) ?? Self.reasonToSkip(prediction)
    return entry
  }

  /// Whether the gateway itself has said that the request can never work: 400 and 422, and 404 for a customer that it does not know.
  private static func wasRejectedByGateway(_ letter: DeadLetter) -> Bool {
    guard let status = letter.httpStatus, letter.errorClass == .permanent else { return false }
    return status == 400 || status == 404 || status == 422
  }

  private static func answered(_ action: ReplayAction, until: Timestamp?) -> String {
    guard let until else { return "its session has completed: the same reply would be given again" }
    let what = "has a session, open until \(until.rfc3339): the same reply would be given again"
    return action == .retryNew ? what + "; a new one can be made once it is over" : what
  }

  // MARK: Actions

  /// What is done: what the operator wants as far as it can be done, else what is safe.
  func order(_ letter: DeadLetter, _ wanted: ReplayOrder?, _ prediction: Prediction) -> ReplayOrder {
    guard let wanted else { return order(prediction, replayCount: letter.replayCount) }
    let isImpossible =
      wanted.action == .drop ? prediction.kind == .alreadyReplayed : wanted.action.isSending && !prediction.kind.canBeSent
    guard !isImpossible, wanted.action != .skip || wanted.reason != nil else {
      return ReplayOrder(.skip, reason: Self.reasonToSkip(prediction))
    }
    return wanted
  }

  /// What is done if nobody says anything else.
  private func order(_ prediction: Prediction, replayCount: Int) -> ReplayOrder {
    guard prediction.kind == .willCreate else { return ReplayOrder(.skip, reason: Self.reasonToSkip(prediction)) }
    guard replayCount < attemptsMax else {
      return ReplayOrder(
        .skip,
        reason:
          "replayed \(replayCount) times, which replay.maxAttempts ends at \(attemptsMax): action retry, and apply --force, send it all the same"
      )
    }
    return ReplayOrder(.retry)
  }

  /// What a line of a plan says is wanted. The reason to skip that the plan had found itself is found anew; the skip stays: nothing is sent that nobody asked for.
  func order(of entry: PlanEntry) -> ReplayOrder {
    let isOurReason = entry.action == .skip && entry.reason == order(entry.prediction, replayCount: entry.replayCount).reason
    return ReplayOrder(entry.action, patch: entry.patch, reason: isOurReason ? nil : entry.reason)
  }

  private static func reasonToSkip(_ prediction: Prediction) -> String {
    switch prediction.kind {
    case .willCreate: "left out: action retry sends it"
    case .gatewayRejectsAgain: "the gateway would reject it again: edit the body"
    case .stillRejected: "would be rejected again: \(wayOut(prediction.errorCode ?? ""))"
    case .alreadyAnswered: "has its answer: retry gives it again, retry-new makes a new session once the old one is over"
    case .expired: "nobody waits for it"
    case .conflict: "its request id is taken by another body: send it as a new request"
    case .gone, .redacted, .alreadyReplayed: "nothing can be sent: \(prediction.detail)"
    }
  }

  private static func wayOut(_ errorCode: String) -> String {
    if configurationCodes.contains(errorCode) { return "change the configuration, then plan again" }
    return errorCode == unreadableBodyCode ? "no patch can be applied to what is no JSON, so drop it" : "edit the body"
  }

  private static let unreadableBodyCode = "INVALID_JSON"
  /// Rejections that end when somebody changes the configuration (``DeadLetterClass/configuration``).
  private static let configurationCodes: Set<String> = ["UNKNOWN_MERCHANT", "REPLY_TOPIC_NOT_ALLOWED"]
}

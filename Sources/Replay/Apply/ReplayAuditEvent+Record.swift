import CheckoutSession
import Records
import Stage

extension ReplayAuditEvent {
  /// The CloudEvents type.
  public var type: String {
    switch kind {
    case .started: "checkout.replay.started"
    case .applied: "checkout.replay.applied"
    case .finished: "checkout.replay.finished"
    }
  }

  /// The `ce_id`: of a record that was applied it is the same whichever run tells of it.
  public var id: String {
    switch kind {
    case .started: ReplayEventID.make(["started", planHash.hexadecimal, String(run), user, host])
    case .applied(let entry, let count, let answer):
      ReplayEventID.make(["applied", entry.origin.description, String(count), answer?.outcome.rawValue ?? ""])
    case .finished(let end, _): ReplayEventID.make(["finished", planHash.hexadecimal, String(run), user, host, end.rawValue])
    }
  }

  /// Appends the event as it is published: keyed by the plan's hash, so that one plan's events stay in order.
  public func append(to records: inout OutgoingRecords, topic: String, source: String) {
    let headers = CloudEventHeaders(type: type, source: source)
    records.append(topic: topic, key: Array(planHash.hexadecimal.utf8)[...], value: { appendValue(to: &$0) }) { bytes in
      headers.append(id: id, time: at, to: &bytes)
    }
  }

  /// Appends the value: one JSON object.
  public func appendValue(to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("run", run)
        json.member("plan", planHash.hexadecimal)
        json.member("user", user)
        json.member("host", host)
        json.member("at", at)
        switch kind {
        case .started: break
        case .applied(let entry, let count, let answer): Self.append(entry, count, answer, to: &json)
        case .finished(let end, let report):
          json.member("end", end.rawValue)
          Self.append(report, to: &json)
        }
      }
    }
  }

  private static func append(_ entry: PlanEntry, _ count: Int, _ answer: ReplayAnswer?, to json: inout JSONWriter) {
    json.member("deadLetter", entry.place.description)
    json.member("origin", entry.origin.description)
    json.member("merchantId", entry.identity.merchantID)
    json.member("requestId", entry.identity.requestID)
    json.member("action", entry.action.rawValue)
    json.memberIfPresent("reason", entry.action == .drop ? entry.reason : nil)
    if let patch = entry.patch { json.member("patchSha256", BodyHash(of: patch[...]).hexadecimal) }
    json.member("count", count)
    json.member("predicted", entry.prediction.kind.rawValue)
    json.memberOrNull("outcome", answer?.outcome.rawValue)
    guard let answer else { return }
    json.member("generation", answer.generation)
    json.memberIfPresent("errorCode", answer.errorCode)
    json.member("asPredicted", entry.prediction.agrees(with: answer))
  }

  private static func append(_ report: ReplayApplyReport, to json: inout JSONWriter) {
    json.member("lines", report.lines)
    json.member("sent", report.sent)
    json.member("foundSent", report.foundSent)
    json.member("inDoubt", report.inDoubt)
    json.member("dropped", report.dropped)
    json.member("skipped", report.skipped)
    json.member("refused", report.refusedCount)
    json.member("earlier", report.earlierCount)
    json.member("asPredicted", report.asPredicted)
    json.member("notAsPredicted", report.notAsPredicted)
    json.member("unanswered", report.unanswered)
  }
}

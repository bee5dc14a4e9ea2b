import CheckoutSession
import Replay

/// `replay plan --json`, for scripts.
extension PlanReport {
  /// One line: `{"plan": PATH or null, "records": N, "madeWith": N or null, "changed": N or null, "limitReached": BOOL, "toSend": N, "toCreate": N, "toDrop": N,
  /// "toSkip": N, "refusedEdits": N, "overLimit": N, "counts": {PREDICTION: {ACTION: N}}, "causes": [{"errorCode", "prediction", "action", "count", "example"}]}`.
  /// `plan` is null if none was written; `madeWith` (the records that the revised plan was made with) is null without `--revise`, `changed` without `--action` as well.
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.memberOrNull("plan", summary.linesCount == 0 ? nil : path)
        json.member("records", summary.linesCount)
        json.memberOrNull("madeWith", revised?.madeWithCount)
        json.memberOrNull("changed", revised?.changedCount)
        json.member("limitReached", limitReached != nil)
        json.member("toSend", summary.toSendCount)
        json.member("toCreate", summary.toCreateCount)
        json.member("toDrop", summary.count(of: .drop))
        json.member("toSkip", summary.count(of: .skip))
        json.member("refusedEdits", summary.refusedEditsCount)
        json.member("overLimit", summary.overLimitCount)
        json.object("counts") { json in
          for kind in Prediction.Kind.allCases where summary.count(of: kind) > 0 {
            json.object(kind.rawValue) { json in
              for action in ReplayAction.allCases { if let count = summary.counts[kind]?[action] { json.member(action.rawValue, count) } }
            }
          }
        }
        json.array("causes") { json in
          for cause in shownCauses {
            json.object { json in
              json.member("errorCode", cause.errorCode)
              json.member("prediction", cause.kind.rawValue)
              json.member("action", cause.action.rawValue)
              json.member("count", cause.count)
              json.member("example", cause.example)
            }
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import CheckoutSession
import Ledger

/// What a vacuum did.
struct LedgerVacuumReport: Hashable, Sendable {
  /// The ledger's file.
  var location: String
  /// What it gave; nil if there was nothing to do.
  var result: LedgerVacuum?
  /// How long nobody else could write.
  var took: Duration = .zero
  /// Why there was nothing to do.
  var nothing: String?

  /// The report about a ledger that is not there.
  func with(nothing reason: String) -> LedgerVacuumReport {
    var report = self
    report.nothing = reason
    return report
  }

  /// For people, one line.
  var text: String {
    guard let result else { return "\(nothing ?? "no ledger"): nothing to give back" }
    let (before, after) = (result.bytesBefore, result.bytesAfter)
    let freed = before > after ? "gave back \(HumanText.bytes(before - after))" : "nothing to give back"
    return "\(location): \(freed), \(HumanText.bytes(before)) before, \(HumanText.bytes(after)) now, in \(HumanText.duration(took))"
  }

  /// For scripts, one line: `{"ledger": PATH, "bytesBefore": N or null, "bytesAfter": N or null, "milliseconds": N}`
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("ledger", location)
        writer.memberOrNull("bytesBefore", result?.bytesBefore)
        writer.memberOrNull("bytesAfter", result?.bytesAfter)
        writer.member("milliseconds", took.wholeMilliseconds)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import CheckoutSession
import Ledger

/// What `ledger migrate` found and did.
struct LedgerMigrateReport: Hashable, Sendable {
  /// The ledger's file or database.
  var location: String
  /// Every step, in its order, as it stands now.
  var steps: [LedgerMigration]
  /// The numbers of those that were taken now.
  var taken: Set<Int> = []
  /// Whether nothing was changed.
  var isDryRun: Bool

  /// For people: the ledger, a line for each step, and what to do.
  var text: String {
    var lines = ["ledger \(location)"]
    lines += steps.map { "  \($0.number)  \(state(of: $0))  \($0.name)" }
    let pending = steps.count { !$0.isApplied }
    switch (pending, taken.count) {
    case (0, 0): lines.append("up to date")
    case (0, let count): lines.append("up to date: took \(HumanText.count(count, "step"))")
    default:
      lines.append(
        "\(HumanText.count(pending, "step")) pending: `checkout-worker ledger migrate` takes \(pending == 1 ? "it" : "them"), and so does `run` when it starts"
      )
    }
    return lines.joined(separator: "\n")
  }

  private func state(of step: LedgerMigration) -> String {
    guard step.isApplied else { return "pending" }
    return step.appliedAt.map { "applied \($0.rfc3339)" } ?? "applied"
  }

  /// For scripts, one line:
  /// `{"ledger": NAME, "dryRun": BOOL, "pending": N, "taken": N, "migrations": [{"number": N, "name": TEXT, "applied": BOOL, "appliedAt": RFC 3339 or null}]}`
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("ledger", location)
        writer.member("dryRun", isDryRun)
        writer.member("pending", steps.count { !$0.isApplied })
        writer.member("taken", taken.count)
        writer.array("migrations") { writer in
          for step in steps {
            writer.object { writer in
              writer.member("number", step.number)
              writer.member("name", step.name)
              writer.member("applied", step.isApplied)
              writer.memberOrNull("appliedAt", step.appliedAt)
            }
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

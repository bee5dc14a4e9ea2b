import Audit
import CheckoutSession

/// Prints a report and its exceptions, some at a time: there may be as many as there are records.
struct AuditPrinter {
  /// Exceptions of one page.
  static let pageMax = 10_000

  let report: AuditReport
  let audit: CompletenessAudit
  let json: Bool
  /// Exceptions of one kind to print at most; nil: all.
  let examplesMax: Int?
  let output: CommandOutput

  /// Prints everything. Throws `AuditError`.
  func print() async throws(AuditError) {
    if !json { output.write(report.text) }
    for code in AuditFinding.Code.allCases { try await print(code) }
    output.write(json ? report.json : "\n" + report.verdict)
  }

  private func print(_ code: AuditFinding.Code) async throws(AuditError) {
    let count = report.totals.findings[code] ?? 0
    let wanted = min(count, examplesMax ?? count)
    if wanted > 0, !json { output.write("") }
    var printed = 0
    while printed < wanted {
      let page = try await audit.findings(of: code, skip: printed, limit: min(Self.pageMax, wanted - printed))
      guard !page.isEmpty else { return }
      output.write(page.map { json ? $0.json : $0.line }.joined(separator: "\n"))
      printed += page.count
    }
    if wanted < count, !json { output.write("  … and \(HumanText.number(count - wanted)) more \(code.rawValue)") }
  }
}

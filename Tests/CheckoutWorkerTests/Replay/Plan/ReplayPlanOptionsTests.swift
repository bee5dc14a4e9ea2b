import Testing

@testable import CheckoutWorker

@Suite("the options of replay plan")
struct ReplayPlanOptionsTests {
  /// Options beside `--output plan`, and what is said about them; nil: nothing.
  struct Case: Sendable, CustomTestStringConvertible {
    var objection: String?
    var change: @Sendable (inout ReplayPlanOptions) -> Void
    var testDescription: String { objection ?? "taken" }

    init(_ objection: String?, _ change: @escaping @Sendable (inout ReplayPlanOptions) -> Void) {
      self.objection = objection
      self.change = change
    }
  }

  static let cases = [
    Case("--action: expected retry, retry-new, edit, skip, drop, got \"send\"") { $0.action = "send" },
    Case("--action edit: needs --patch") { $0.action = "edit" },
    Case("--patch: only with --action edit") { $0.patchFile = "p" },
    Case("--patch: only with --action edit") { ($0.action, $0.patchFile) = ("retry", "p") },
    Case("--action drop: needs --reason") { $0.action = "drop" },
    Case("--action drop: needs --reason") { ($0.action, $0.reason) = ("drop", " ") },
    Case("--reason: only with --action drop or skip") { $0.reason = "x" },
    Case("--reason: expected at most 500 bytes, got 501") { ($0.action, $0.reason) = ("drop", String(repeating: "x", count: 501)) },
    Case("--output: expected the name of a file") { $0.output = "-" },
    Case("--output: expected the name of a file") { $0.output = "" },
    Case("--limit: expected a number from 1 to 1000000, got 0") { $0.limit = 0 },
    Case("--limit: not with --revise") { ($0.limit, $0.revise) = (5, "p") },
    Case("--revise keeps every line") { ($0.revise, $0.filters.codes) = ("p", ["A"]) },
    Case("--class: expected") { $0.filters.classes = ["x"] },
    Case(nil) { _ in },
    Case(nil) { ($0.action, $0.patchFile) = ("edit", "p") },
    Case(nil) { ($0.action, $0.reason) = ("drop", "x") },
    Case(nil) { ($0.action, $0.reason) = ("skip", "x") },
    Case(nil) { $0.action = "skip" },
    Case(nil) { ($0.revise, $0.action, $0.filters.codes) = ("p", "retry", ["A"]) },
    Case(nil) { $0.limit = 1_000_000 },
    Case(nil) { $0.revise = "plan" },
  ]

  @Test(arguments: cases)
  func says(_ test: Case) {
    var options = ReplayPlanOptions(output: "plan")
    test.change(&options)
    if let objection = test.objection {
      #expect(options.objection?.hasPrefix(objection) == true, "\(options.objection ?? "nothing")")
    } else {
      #expect(options.objection == nil)
    }
  }
}

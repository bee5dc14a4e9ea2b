import CheckoutSession
import Replay

/// What the command line of `checkout-worker replay plan` says.
public struct ReplayPlanOptions: Sendable {
  /// The filters.
  public var filters: DeadLetterFilterArguments
  /// `--output`.
  public var output: String
  /// `--revise`.
  public var revise: String?
  /// `--action`.
  public var action: String?
  /// `--patch`.
  public var patchFile: String?
  /// `--reason`.
  public var reason: String?
  /// `--limit`.
  public var limit: Int?
  /// `--json`.
  public var json = false

  /// Options that plan what the filters mean.
  public init(filters: DeadLetterFilterArguments = DeadLetterFilterArguments(), output: String) {
    self.filters = filters
    self.output = output
  }

  /// Longest `--reason`, in bytes.
  static let reasonBytesMax = 500

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? { filters.objection ?? orderObjection ?? fileObjection }

  private var orderObjection: String? {
    if let action, ReplayAction(rawValue: action) == nil {
      return "--action: expected \(ReplayAction.allCases.map(\.rawValue).joined(separator: ", ")), got \"\(action.prefix(80))\""
    }
    let wanted = action.flatMap(ReplayAction.init(rawValue:))
    if wanted == .edit, patchFile == nil { return "--action edit: needs --patch, the file with the JSON Merge Patch" }
    if wanted != .edit, patchFile != nil { return "--patch: only with --action edit" }
    if wanted == .drop, (reason ?? "").allSatisfy(\.isWhitespace) { return "--action drop: needs --reason, because somebody will ask" }
    guard let reason else { return nil }
    if wanted != .drop, wanted != .skip { return "--reason: only with --action drop or skip" }
    return reason.utf8.count <= Self.reasonBytesMax
      ? nil : "--reason: expected at most \(Self.reasonBytesMax) bytes, got \(reason.utf8.count)"
  }

  private var fileObjection: String? {
    if output.isEmpty || output == "-" { return "--output: expected the name of a file" }
    if let limit, !(1...PlanText.linesMax).contains(limit) {
      return "--limit: expected a number from 1 to \(PlanText.linesMax), got \(limit)"
    }
    guard let revise else { return nil }
    if revise == "-" || revise.isEmpty { return "--revise: expected the name of a file" }
    if limit != nil { return "--limit: not with --revise, which keeps every line" }
    if action == nil, !filters.text.isEmpty {
      return "--revise keeps every line: filters only say which of them --action is for, and there is none"
    }
    return nil
  }

  /// What is wanted for the dead letters of the filters; nil: the plan chooses.
  /// - Throws: ``PlanFileError`` when the patch cannot be used.
  func order() async throws(PlanFileError) -> ReplayOrder? {
    guard let action = action.flatMap(ReplayAction.init(rawValue:)) else { return nil }
    guard action == .edit, let patchFile else { return ReplayOrder(action, reason: reason) }
    return ReplayOrder(.edit, patch: try await PatchFile(path: patchFile).read())
  }
}

/// What came of one thing that `checkout-worker check` tried.
struct CheckResult: Hashable, Sendable {
  /// The mark at the beginning of its line.
  enum Mark: String, Sendable {
    /// It works.
    case ok
    /// It works, but somebody should look.
    case warn
    /// `run` cannot work like this.
    case fail = "FAIL"
    /// It could not be tried.
    case skip
  }

  /// What was tried, e.g. `topic checkout.session-replies`.
  var subject: String
  /// How it is.
  var mark: Mark
  /// What was found, on the same line.
  var detail: String
  /// What to do about it, one line each below.
  var advice: [String]
  /// The exit code it asks for; 0 unless it has failed.
  var status: ExitStatus

  /// It works.
  static func ok(_ subject: String, _ detail: String) -> CheckResult {
    CheckResult(subject: subject, mark: .ok, detail: detail, advice: [], status: .done)
  }

  /// It works, but `advice` should be followed.
  static func warn(_ subject: String, _ detail: String, advice: String...) -> CheckResult {
    CheckResult(subject: subject, mark: .warn, detail: detail, advice: advice, status: .done)
  }

  /// It does not work.
  static func fail(_ subject: String, _ detail: String, _ status: ExitStatus, advice: String...) -> CheckResult {
    CheckResult(subject: subject, mark: .fail, detail: detail, advice: advice, status: status)
  }

  /// It was not tried, because of something else.
  static func skip(_ subject: String, _ detail: String) -> CheckResult {
    CheckResult(subject: subject, mark: .skip, detail: detail, advice: [], status: .done)
  }

  /// Its lines on the terminal.
  var text: String {
    let mark = mark.rawValue + String(repeating: " ", count: 4 - mark.rawValue.count)
    return (["\(mark)  \(subject): \(detail)"] + advice.map { "        \($0)" }).joined(separator: "\n")
  }
}

extension ExitStatus {
  /// Which of two exit codes says more: what a person must mend goes before what time may mend.
  func worse(_ other: ExitStatus) -> ExitStatus { severity >= other.severity ? self : other }

  private var severity: Int {
    switch self {
    case .done: 0
    case .tryAgainLater: 1
    case .deadLettered: 2
    case .failed: 3
    case .refused: 4
    case .wrongUsage: 5
    }
  }
}

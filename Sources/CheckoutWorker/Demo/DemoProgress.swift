import CheckoutSession
import Synchronization

/// A line that tells how far the demo is: overwritten on a terminal, now and then a new line elsewhere.
final class DemoProgress: Sendable {
  private let isTerminal = StandardStreams.outputIsTerminal
  private let lastLine = Mutex("")

  /// How often to show it.
  var interval: Duration { isTerminal ? .milliseconds(100) : .seconds(3) }

  /// Shows it.
  /// - Parameter total: how many requests there will be.
  func show(published: Int, of total: Int, _ tally: DemoTally) {
    let text = Self.text(published: published, of: total, tally)
    guard isTerminal else {
      let isNew = lastLine.withLock { last in
        defer { last = text }
        return last != text
      }
      if isNew { StandardStreams.write(text) }
      return
    }
    // A narrow terminal cuts the line off instead of wrapping it, which could not be overwritten.
    StandardStreams.writeRaw("\r\u{1B}[K\u{1B}[?7l" + text + "\u{1B}[?7h")
  }

  /// Leaves nothing of the line on a terminal.
  func end() {
    if isTerminal { StandardStreams.writeRaw("\r\u{1B}[K") }
  }

  /// What the line says.
  static func text(published: Int, of total: Int, _ tally: DemoTally) -> String {
    let width = 20
    let filled = total > 0 ? min(max(tally.requestsDone, 0) * width / total, width) : 0
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let requests = published < total ? "\(published) of \(total) requests" : "\(total) requests"
    return "  \(bar)  \(requests), sessions: " + sessions(tally).joined(separator: " · ")
  }

  private static let shown: [(status: SessionStatus, word: String)] = [
    (.accepted, "made"), (.created, "usable"), (.completed, "completed"), (.failed, "failed"), (.canceled, "canceled"),
    (.timedOut, "timed out"),
  ]

  private static func sessions(_ tally: DemoTally) -> [String] {
    var parts = shown.map { "\(tally.sessions[$0.status] ?? 0) \($0.word)" }
    // What the demo's gateway never gives a reason for.
    for status in [SessionStatus.notFound, .unresolved] {
      if let count = tally.sessions[status], count > 0 { parts.append("\(count) \(status.rawValue)") }
    }
    return parts
  }
}

/// A line that tells how far the demo is: overwritten on a terminal, now and then a new line elsewhere.
final class DemoProgress: Sendable {
  private let isTerminal = StandardStreams.outputIsTerminal

  /// How often to show it.
  var interval: Duration { isTerminal ? .milliseconds(100) : .seconds(1) }

  func show(published: Int, of total: Int, replies: Int, sessions: Int) {
    let width = 30
    let filled = total > 0 ? replies * width / total : 0
    let bar = String(repeating: "█", count: min(filled, width)) + String(repeating: "░", count: max(0, width - filled))
    let text = "  \(bar)  published \(published)/\(total)  replies \(replies)  sessions at the gateway \(sessions)"
    if isTerminal { StandardStreams.writeRaw("\r\u{1B}[K" + text) } else { StandardStreams.write(text) }
  }

  func end() {
    if isTerminal { StandardStreams.writeRaw("\r\u{1B}[K") }
  }
}

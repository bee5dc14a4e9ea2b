/// A page of `ops/runbooks` whose blocks ```` ```console ```` hold commands (`$ …`) and what they print.
struct RunbookPage {
  /// A command, and what the page says that it prints.
  struct Command {
    var text: String
    /// Nil where the page shows nothing.
    var output: [String]?
  }

  /// Text between commands, and commands by their place in ``commands``.
  private enum Part {
    case line(String)
    case command(Int)
  }

  var commands: [Command] = []
  private var parts: [Part] = []

  /// Reads a page.
  init(_ text: String) throws {
    var isConsole = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line == "```console" {
        isConsole = true
      } else if line.hasPrefix("```") {
        isConsole = false
      } else if isConsole {
        if line.hasPrefix("$ ") {
          parts.append(.command(commands.count))
          commands.append(Command(text: String(line.dropFirst(2))))
        } else if !commands.isEmpty {
          commands[commands.count - 1].output = (commands[commands.count - 1].output ?? []) + [line]
        }
        continue
      }
      parts.append(.line(line))
    }
    guard !commands.isEmpty else { throw ProcessFailure("a page without commands") }
  }

  /// The page with its commands' present output.
  var text: String {
    parts.flatMap { part in
      switch part {
      case .line(let line): [line]
      case .command(let index): ["$ " + commands[index].text] + (commands[index].output ?? [])
      }
    }.joined(separator: "\n")
  }

  private static let countedCauses = [
    "UNKNOWN_MERCHANT", "INVALID_REQUEST", "REPLY_TOPIC_NOT_ALLOWED", "IDEMPOTENCY_CONFLICT", "INVALID_JSON",
  ]

  /// What of a command's output is the same on every day: no numbers, times, hashes and names of hosts, and no widths of columns.
  ///
  /// How many failed of a cause that the gateway has no part in is the same on every day, and stays.
  static func stable(_ lines: [String]) -> [String] {
    lines.map { line in
      let keepsCounts = countedCauses.contains { line.contains($0) }
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { word in
        keepsCounts && word.allSatisfy(\.isNumber)
          ? "\(word)" : word.contains(where: \.isNumber) ? "#" : word.contains("@") ? "@" : word.hasPrefix("─") ? "─" : String(word)
      }
      // `12 s` of one day is `1 min 2 s` of another.
      .filter { !["s", "min", "h", "ms"].contains($0) }
      .reduce(into: [String]()) { words, word in if word != "#" || words.last != "#" { words.append(word) } }
      .joined(separator: " ")
      // A group whose letters were all written in one millisecond has one time.
      .replacing("# to #", with: "#")
    }
    // Said only if replies are still to come at that moment.
    .filter { !$0.isEmpty && !$0.hasPrefix("all sent;") }
  }
}

import Synchronization

/// How far a command is with what takes long, for the ``ProgressLine``.
final class ReadingProgress: Sendable {
  private struct State {
    var doing = ""
    var things = ""
    var done = 0
    var expected: Int?
  }

  private let state = Mutex(State())

  /// Something begins: `begin("reading dead letters", of: "record", expected: 100_000)`.
  func begin(_ doing: String, of things: String, expected: Int? = nil) {
    state.withLock { $0 = State(doing: doing, things: things, expected: expected) }
  }

  /// So many more are done.
  func note(_ count: Int) { state.withLock { $0.done += count } }

  /// What the line says.
  var text: String {
    let state = state.withLock { $0 }
    guard let expected = state.expected else { return "  \(state.doing)  ·  \(HumanText.count(state.done, state.things))" }
    return "  \(state.doing)  ·  \(HumanText.number(state.done)) of \(HumanText.count(expected, state.things))"
  }
}

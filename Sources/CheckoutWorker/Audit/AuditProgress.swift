import Synchronization

/// How far an audit is, for the ``ProgressLine``.
final class AuditProgress: Sendable {
  private struct State {
    var records = 0
    var generations = 0
    var judged: Double?
  }

  private let state = Mutex(State())
  private let recordsMax: Atomic<Int>

  init() { recordsMax = Atomic(0) }

  /// How many records there are to read, at most: offsets may have gaps.
  func expect(records: Int) { recordsMax.store(records, ordering: .relaxed) }

  func note(records: Int) { state.withLock { $0.records += records } }
  func note(generations: Int) { state.withLock { $0.generations += generations } }
  func note(judged: Double) { state.withLock { $0.judged = judged } }

  /// Records read so far.
  var records: Int { state.withLock { $0.records } }

  /// What the line says.
  var text: String {
    let (state, expected) = (state.withLock { $0 }, recordsMax.load(ordering: .relaxed))
    if let judged = state.judged { return "  judging  ·  \(Int(judged * 100)) %" }
    guard expected > 0 else { return "  reading the ledger  ·  \(HumanText.count(state.generations, "generation"))" }
    return "  reading the topics  ·  \(HumanText.number(state.records)) of \(HumanText.count(expected, "record"))"
  }
}

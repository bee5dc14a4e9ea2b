import Kafka
import Logging
import Synchronization

/// Follows the consumer's rebalances and tells the quota what part of the request topic's partitions this process has (share = quota x assigned / all).
///
/// Events come on the consumer's thread, which answers the group only after them. So when partitions go, the follower has shrunk before anybody else can be
/// given them. When partitions come, the topic's partitions are counted again first, which takes a question to the broker: the share grows
/// after its answer, or with the number known before if there is none.
///
/// Changes are told under one lock, so in the order in which they happened.
final class AssignedShare: Sendable {
  private struct State {
    var share: PartitionShare
    var follower: (@Sendable (Double) -> Void)?
    /// Assignments so far: a count that was asked for before the last one says nothing of it.
    var assignments = 0
  }

  private let state: Mutex<State>
  private let count: @Sendable () async throws -> Int
  private let logger: Logger

  /// - Parameters:
  ///   - known: the topic's number of partitions as it was read at the start.
  ///   - count: reads it again.
  init(known: Int, logger: Logger, count: @escaping @Sendable () async throws -> Int) {
    state = Mutex(State(share: PartitionShare(count: known)))
    self.logger = logger
    self.count = count
  }

  /// The part of the partitions that is ours, 0 to 1.
  var fraction: Double { state.withLock { $0.share.fraction } }

  /// Calls `follower` now and with each change, with the lock held: it must not wait, and not call back.
  func follow(_ follower: @escaping @Sendable (Double) -> Void) {
    state.withLock { state in
      state.follower = follower
      follower(state.share.fraction)
    }
  }

  /// Takes an event, on the consumer's thread. What shrinks has shrunk when this returns.
  func take(_ event: PartitionEvent) {
    let assignment = change { state in
      state.share.take(event)
      if event.kind == .assigned { state.assignments += 1 }
      return state.assignments
    }
    guard event.kind == .assigned else { return }
    // Not awaited by anybody: it ends with its question's time-out, and changes nothing that is closed by then.
    Task { await recount(after: assignment) }
  }

  private func recount(after assignment: Int) async {
    var counted: Int?
    do {
      counted = try await count()
    } catch {
      logger.debug("the request topic's partitions could not be counted again", metadata: ["error": "\(error)"])
    }
    change { state in
      if state.assignments == assignment { state.share.recount(counted) }
    }
  }

  @discardableResult
  private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    state.withLock { state in
      let before = state.share.fraction
      let value = body(&state)
      if state.share.fraction != before { state.follower?(state.share.fraction) }
      return value
    }
  }
}

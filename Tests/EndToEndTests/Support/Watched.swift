import Synchronization

/// A state that tests wait on: every change wakes those whose condition it meets. So nothing here polls or sleeps.
final class Watched<State: Sendable>: Sendable {
  private struct Waiter {
    /// Looks at the state; true once the waiter has been resumed.
    let look: (State) -> Bool
    let fail: (any Error) -> Void
  }

  private struct Content {
    var state: State
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
  }

  private let content: Mutex<Content>

  init(_ state: State) { content = Mutex(Content(state: state)) }

  /// The state as it is.
  var now: State { content.withLock { $0.state } }

  /// Changes the state and wakes whoever waited for that.
  func update(_ change: (inout State) -> Void) {
    content.withLock { content in
      change(&content.state)
      for (id, waiter) in content.waiters where waiter.look(content.state) { content.waiters[id] = nil }
    }
  }

  /// Waits until `condition` gives a value.
  /// - Throws: what `condition` throws, ``TimedOut`` naming `what`, or `CancellationError`.
  func wait<Value: Sendable>(
    for what: String, timeout: Duration = .seconds(30), until condition: @escaping @Sendable (State) throws -> Value?
  ) async throws -> Value {
    let id = content.withLock { content in
      content.nextID += 1
      return content.nextID
    }
    let timer = Task {
      try await Task.sleep(for: timeout)
      fail(id, TimedOut(what: what, timeout: timeout))
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { register(id, condition, $0) }
    } onCancel: {
      // A cancellation before the registration finds no waiter; the registration looks for it.
      fail(id, CancellationError())
    }
  }

  private func register<Value: Sendable>(
    _ id: Int, _ condition: @escaping @Sendable (State) throws -> Value?, _ continuation: CheckedContinuation<Value, any Error>
  ) {
    content.withLock { content in
      guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
      let look: (State) -> Bool = { state in
        do {
          guard let value = try condition(state) else { return false }
          continuation.resume(returning: value)
        } catch {
          continuation.resume(throwing: error)
        }
        return true
      }
      if !look(content.state) { content.waiters[id] = Waiter(look: look, fail: { continuation.resume(throwing: $0) }) }
    }
  }

  private func fail(_ id: Int, _ error: any Error) {
    content.withLock { $0.waiters.removeValue(forKey: id) }?.fail(error)
  }
}

/// Something did not happen in time.
struct TimedOut: Error, CustomStringConvertible {
  let what: String
  let timeout: Duration
  var description: String { "waited \(timeout) for \(what)" }
}

import Synchronization

/// Requests that wait for an earlier URL of theirs to die, so that a drain can take them out of their wait.
///
/// Up to a bound they do not hold their batch's place; beyond it they do, and with that they stop the intake.
final class PutOffRequests: Sendable {
  private struct State {
    var slots = SlotTable<PendingRequest>()
    var isClosed = false
  }
  private let state = Mutex(State())
  private let requestsMax: Int

  init(requestsMax: Int) { self.requestsMax = requestsMax }

  /// How many wait.
  var count: Int { state.withLock { $0.slots.count } }

  /// Takes requests in, and lets them give up their batch's place as long as there is room.
  /// - Returns: under which numbers to take them out again; nil if it is closed, and then nothing was taken.
  func add(_ requests: inout [PendingRequest]) -> [UInt64]? {
    var freed: [BatchInProgress] = []
    let places: [UInt64]? = state.withLock { state in
      guard !state.isClosed else { return nil }
      return requests.indices.map { index in
        if !requests[index].isPutOff, state.slots.count < requestsMax {
          requests[index].isPutOff = true
          freed.append(requests[index].incoming.source)
        }
        return state.slots.insert(requests[index])
      }
    }
    for source in freed { source.letGo(1) }
    return places
  }

  /// Takes requests out: empty if ``close()`` came first.
  func remove(_ places: [UInt64]) -> [PendingRequest] {
    state.withLock { state in places.compactMap { state.slots.remove($0) } }
  }

  /// Takes nothing in from now on, and gives out all there are.
  func close() -> [PendingRequest] {
    state.withLock { state in
      state.isClosed = true
      return state.slots.removeAll()
    }
  }
}

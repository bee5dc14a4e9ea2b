import Stage
import Synchronization

/// Requests that wait for an earlier URL of theirs to die, so that a drain can take them out of their wait.
///
/// As long as there is room they do without their batch's place (``WaivedPlaces``).
final class PutOffRequests: Sendable {
  private struct State {
    var slots = SlotTable<PendingRequest>()
    var isClosed = false
  }
  private let state = Mutex(State())
  private let waivedPlaces: WaivedPlaces

  init(waivedPlaces: WaivedPlaces) { self.waivedPlaces = waivedPlaces }

  /// How many wait.
  var count: Int { state.withLock { $0.slots.count } }

  /// Takes requests in, and lets them give up their batch's place as long as there is room.
  /// - Returns: under which numbers to take them out again; nil if it is closed, and then nothing was taken.
  func add(_ requests: inout [PendingRequest]) -> [UInt64]? {
    var freed: [BatchInProgress] = []
    let places: [UInt64]? = state.withLock { state in
      guard !state.isClosed else { return nil }
      return requests.indices.map { index in
        if let source = waivedPlaces.waive(&requests[index]) { freed.append(source) }
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

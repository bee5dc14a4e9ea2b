import NIOCore
import Synchronization

/// The open connections, so that an outage can reset and a stop can close them.
final class ConnectionRegistry: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Adds a connection; false after ``close()``: then its channel must not live on.
  func add(_ channel: any Channel) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) { state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) } }

  /// Resets all connections that are open now.
  func resetAll() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.eventLoop.execute { channel.reset() } }
  }

  /// Closes all connections and every one that still comes. A connection accepted before and active after would otherwise outlive the stop.
  func close() async {
    let channels = state.withLock { state in
      state.isClosed = true
      return Array(state.channels.values)
    }
    for channel in channels { try? await channel.close() }
  }
}

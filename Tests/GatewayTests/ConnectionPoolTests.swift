import NIOCore
import Testing

@testable import Gateway

/// The pool's decisions, in a time of its own.
struct ConnectionPoolTests {
  private var pool = ConnectionPool<String>(connectionsMax: 2, waitingMax: 2, idleTimeout: .seconds(10), connectionAgeMax: .seconds(60))

  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds * 1_000_000_000)) }

  private func text(_ action: ConnectionPool<String>.Action) -> String {
    switch action {
    case .send(let request, let slot): "send \(request) on \(slot)"
    case .open(let request, let slot): "open \(slot) for \(request)"
    case .none: "none"
    case .refuse(let request): "refuse \(request)"
    }
  }

  @Test mutating func opensThenQueuesThenRefuses() {
    #expect(
      ["a", "b", "c", "d", "e"].map { text(pool.request($0, now: at(0))) } == ["open 0 for a", "open 1 for b", "none", "none", "refuse e"])
    #expect(pool.busyCount == 2)
    #expect(pool.waitingCount == 2)
    #expect(text(pool.becameFree(slot: 1, now: at(1))) == "send c on 1")
    #expect(text(pool.closed(slot: 0, now: at(1))) == "open 0 for d")
    #expect(text(pool.becameFree(slot: 0, now: at(2))) == "none")
    #expect(pool.connectionCount == 2)
    #expect(pool.busyCount == 1)
  }

  @Test mutating func takesTheIdleConnectionUsedLast() {
    _ = pool.request("a", now: at(0))
    _ = pool.request("b", now: at(0))
    _ = pool.becameFree(slot: 0, now: at(1))
    _ = pool.becameFree(slot: 1, now: at(2))
    #expect(pool.nextIdleDeadline == at(11))
    #expect(text(pool.request("c", now: at(3))) == "send c on 1")
    #expect(pool.takeExpired(now: at(10)) == [])
    #expect(pool.takeExpired(now: at(11)) == [0])
    #expect(pool.connectionCount == 1)
    #expect(text(pool.request("d", now: at(12))) == "open 0 for d")
  }

  @Test mutating func forgetsAnIdleConnectionThatCloses() {
    _ = pool.request("a", now: at(0))
    _ = pool.becameFree(slot: 0, now: at(0))
    #expect(text(pool.closed(slot: 0, now: at(1))) == "none")
    #expect(pool.connectionCount == 0)
    #expect(text(pool.closed(slot: 0, now: at(1))) == "none")
    #expect(pool.connectionCount == 0)
    #expect(pool.nextIdleDeadline == nil)
    #expect(text(pool.request("b", now: at(1))) == "open 0 for b")
  }

  @Test mutating func connectionsWearOut() {
    _ = pool.request("a", now: at(0))
    #expect(!pool.isWorn(slot: 0, now: at(59)))
    #expect(pool.isWorn(slot: 0, now: at(60)))
    _ = pool.request("b", now: at(0))
    #expect(pool.isWorn(slot: 1, now: at(59)))
    _ = pool.becameFree(slot: 0, now: at(55))
    #expect(pool.takeExpired(now: at(60)) == [0])
  }

  @Test mutating func takesBackWhatWaits() {
    for name in ["a", "b", "c", "d"] { _ = pool.request(name, now: at(0)) }
    #expect(pool.takeWaiting { $0 == "c" } == ["c"])
    #expect(text(pool.becameFree(slot: 0, now: at(0))) == "send d on 0")
    #expect(pool.takeWaiting { _ in true } == [])
  }

  /// Any order of events leaves the counts right, and no request is lost or served twice.
  @Test func randomEventsLoseNothing() {
    var generator = SeededGenerator(seed: 2026)
    for _ in 0..<200 {
      var pool = ConnectionPool<String>(connectionsMax: 3, waitingMax: 5, idleTimeout: .seconds(10), connectionAgeMax: .seconds(60))
      var busy: [Int: String] = [:]
      var begun: [String] = []
      var asked: [String] = []
      func note(_ action: ConnectionPool<String>.Action) {
        switch action {
        case .send(let request, let slot), .open(let request, let slot):
          #expect(busy[slot] == nil)
          busy[slot] = request
          begun.append(request)
        case .refuse(let request): asked.removeAll { $0 == request }
        case .none: break
        }
      }
      for step in 0..<60 {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
          asked.append("\(step)")
          note(pool.request("\(step)", now: at(0)))
        case 1:
          guard let slot = busy.keys.randomElement(using: &generator) else { continue }
          busy[slot] = nil
          note(pool.becameFree(slot: slot, now: at(0)))
        default:
          guard let slot = busy.keys.randomElement(using: &generator) else { continue }
          busy[slot] = nil
          note(pool.closed(slot: slot, now: at(0)))
        }
        #expect(pool.busyCount == busy.count)
        #expect(begun + pool.peekWaiting() == asked)
        #expect(pool.waitingCount == 0 || pool.busyCount == 3)
      }
    }
  }
}

extension ConnectionPool where Request == String {
  fileprivate func peekWaiting() -> [String] {
    var copy = self
    return copy.takeWaiting { _ in true }
  }
}

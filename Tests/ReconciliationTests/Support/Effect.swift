import TestClock

/// One thing that the stage did to the world outside, as far as a crash after it matters.
enum Effect: Equatable, Sendable {
  case lease(Int)
  case read(String)
  case record(Int)
  case publish([String])
  case mark(Int)
  case release(Int)
}

/// What the stage did to the world, and when its process dies.
typealias Life = TestClock.Life<Effect>

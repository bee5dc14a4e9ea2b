import TestClock

/// What the stage did to the world, and when its process dies.
typealias Life = TestClock.Life<Effect>

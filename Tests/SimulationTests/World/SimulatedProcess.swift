/// A process of a simulated world. All that it holds is gone when it dies.
protocol SimulatedProcess: AnyObject {
  /// Its place in the world.
  var place: Int { get }
  /// Which life of that place it is.
  var life: Int { get }
  /// It does nothing before.
  var frozenUntil: Int64 { get set }
  /// Records or sessions that it has taken and not let go of.
  var inHand: Int { get }
  /// When it can do something next; `.max`: never, unless somebody else does something.
  var nextAt: Int64 { get }
  /// How many steps it could take now.
  var choices: Int { get }
  /// Takes one of them.
  func take(_ choice: Int)
  /// Learns what became of a publication.
  func acknowledge(_ number: Int, failures: [Int: Flight.PublishFailure])
}

/// A place in the fleet, which one process after the other fills.
struct FleetPlace: Hashable, Sendable, CustomStringConvertible {
  enum Stage: String, Hashable, Sendable { case worker, reconciler }

  var stage: Stage
  /// From 1.
  var number: Int

  var description: String { "\(stage.rawValue)-\(number)" }
}

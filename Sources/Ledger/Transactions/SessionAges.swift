/// The borders of the age buckets in the statistics, in fifteenths of the lifetime: minutes, outside of a simulation.
enum SessionAges {
  /// Of sessions whose URL works: up to their lifetime.
  static let ofLiving = [0, 1, 5, 10, 15]
  /// Of outstanding sessions: beyond it as well.
  static let ofOutstanding = ofLiving + [30, 60, 24 * 60]

  /// The same, for sessions that live for `lifetime`.
  static func scaled(_ borders: [Int], to lifetime: Duration) -> [Duration] { borders.map { lifetime * $0 / 15 } }
}

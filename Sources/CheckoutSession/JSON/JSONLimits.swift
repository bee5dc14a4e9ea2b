/// Bounds of a JSON text. A text over one of them is refused before more memory or time goes into it.
public struct JSONLimits: Hashable, Sendable {
  /// Largest text in bytes; at most ``bytesCeiling``.
  public var bytesMax: Int
  /// Deepest nesting of objects and arrays; a lone scalar has depth 0, `[[]]` has 2.
  public var depthMax: Int

  /// What ``bytesMax`` may be at most, 15 MiB: offsets and counts on the tape are kept in a few bits.
  public static let bytesCeiling = 15 * 1024 * 1024

  /// Makes bounds; a `bytesMax` over ``bytesCeiling`` is brought down to it.
  public init(bytesMax: Int, depthMax: Int = 32) {
    self.bytesMax = min(bytesMax, Self.bytesCeiling)
    self.depthMax = depthMax
  }

  /// A request record: 256 KiB, 32 levels.
  public static let request = JSONLimits(bytesMax: 256 * 1024)
  /// An answer of the gateway: 1 MiB, 32 levels.
  public static let answer = JSONLimits(bytesMax: 1024 * 1024)
}

/// How large a batch may become and how long it may be gathered (`creation.batch.recordsMax`, `.bytesMax`, `.linger`).
public struct BatchLimits: Hashable, Sendable {
  /// Records at most; at least 1.
  public var recordsMax: Int
  /// Bytes of keys, values and headers at most. A single record may be larger: it then comes alone.
  public var bytesMax: Int
  /// How long to wait for more after the first record.
  public var linger: Duration

  /// Limits with the contract's defaults for what is left out.
  public init(recordsMax: Int = 500, bytesMax: Int = 4 * 1024 * 1024, linger: Duration = .milliseconds(20)) {
    self.recordsMax = max(recordsMax, 1)
    self.bytesMax = max(bytesMax, 1)
    self.linger = max(linger, .zero)
  }
}

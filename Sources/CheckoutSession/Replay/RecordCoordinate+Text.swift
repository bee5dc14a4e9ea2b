extension RecordCoordinate {
  /// Reads `<topic>/<partition>/<offset>`, as ``description`` writes it (header `checkout-replay-of`); nil for everything else.
  ///
  /// A topic's name has no slash, so there is one way to read it.
  public init?(text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0, let offset = Int64(parts[2]), offset >= 0
    else { return nil }
    self.init(topic: String(parts[0]), partition: partition, offset: offset)
  }
}

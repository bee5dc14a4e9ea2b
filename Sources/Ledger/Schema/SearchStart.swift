/// How the ends of the request topic are stored with a replay that is claimed: 12 bytes a partition, partition and offset, big endian, by partition.
enum SearchStart {
  private static let bytesEach = 12

  /// What to store; nil for none.
  static func stored(_ offsets: [Int32: Int64]) -> [UInt8]? {
    guard !offsets.isEmpty else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(offsets.count * bytesEach)
    for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
      withUnsafeBytes(of: partition.bigEndian) { bytes.append(contentsOf: $0) }
      withUnsafeBytes(of: offset.bigEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The offsets of what is stored; nil for what no ledger of ours holds.
  static func read(_ stored: [UInt8]?) -> [Int32: Int64]? {
    guard let stored else { return [:] }
    guard stored.count.isMultiple(of: bytesEach) else { return nil }
    var offsets: [Int32: Int64] = [:]
    stored.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: bytesEach) {
        let partition = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self))
        offsets[partition] = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 4, as: Int64.self))
      }
    }
    return offsets
  }
}

/// How far one partition has come during one assignment: which records were handed out, which of them are finished, and up to
/// where all of them are (the watermark). Pure.
struct PartitionProgress {
  /// Whether records of the partition may still be handed out.
  enum Phase {
    case active
    case revoking
  }

  /// Which assignment this is. Every assignment of any partition has a number of its own.
  let epoch: UInt64
  var phase: Phase = .active
  /// Where the next record stands: after the last one handed out, or at the end of the partition if nothing was there to read.
  private(set) var nextOffset: Int64?
  /// Where the first record handed out stands.
  private(set) var firstOffset: Int64?
  /// Every record before this offset is finished; nil until one is.
  private(set) var watermark: Int64?
  /// What the broker has confirmed in this epoch.
  private(set) var committed: Int64?
  /// Records handed out and not finished.
  private(set) var unfinishedCount = 0

  /// Handed-out records from the first unfinished one on: offsets ascending, and beside each whether it is finished.
  private var offsets: [Int64] = []
  private var isFinished: [Bool] = []
  private var head = 0

  init(epoch: UInt64) { self.epoch = epoch }

  /// The offset to commit, if it is not committed yet.
  var committable: Int64? {
    guard let watermark, watermark > committed ?? -1 else { return nil }
    return watermark
  }

  /// Whether a record at `offset` means that the partition's offsets began again: it stands at or before the first one of this epoch, though later ones
  /// were handed out. (One between the first and the last was handed out before, and is dropped.)
  func isRestart(at offset: Int64) -> Bool {
    guard let firstOffset, let nextOffset else { return false }
    return offset <= firstOffset && offset < nextOffset
  }

  /// Records that a record is handed out. False, and nothing happens, if it stands before one already handed out.
  mutating func deliver(_ offset: Int64) -> Bool {
    if let nextOffset, offset < nextOffset { return false }
    if firstOffset == nil { firstOffset = offset }
    offsets.append(offset)
    isFinished.append(false)
    unfinishedCount += 1
    nextOffset = offset + 1
    return true
  }

  /// Notes that the partition holds nothing before `offset` that has not been handed out.
  mutating func reachEnd(at offset: Int64) {
    nextOffset = max(nextOffset ?? offset, offset)
  }

  /// Marks a record finished. False if it was not handed out in this epoch or is finished already.
  mutating func finish(_ offset: Int64) -> Bool {
    guard let index = index(of: offset), !isFinished[index] else { return false }
    isFinished[index] = true
    unfinishedCount -= 1
    guard index == head else { return true }
    while head < offsets.count, isFinished[head] { head += 1 }
    watermark = offsets[head - 1] + 1
    compact()
    return true
  }

  /// Notes that the broker has confirmed an offset.
  mutating func confirm(_ offset: Int64) { committed = max(committed ?? offset, offset) }

  /// Offsets are dense but for compaction and control records, so the first guess nearly always hits; else a binary search.
  private func index(of offset: Int64) -> Int? {
    guard head < offsets.count, offset >= offsets[head] else { return nil }
    let distance = offset - offsets[head]
    if distance < Int64(offsets.count - head), offsets[head + Int(distance)] == offset { return head + Int(distance) }
    var (low, high) = (head, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low < offsets.count && offsets[low] == offset ? low : nil
  }

  /// Lets go of the finished prefix once it is the larger half, so that each entry is moved at most once on average.
  private mutating func compact() {
    if head == offsets.count {
      offsets.removeAll(keepingCapacity: true)
      isFinished.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1024, head * 2 > offsets.count {
      offsets.removeFirst(head)
      isFinished.removeFirst(head)
      head = 0
    }
  }
}

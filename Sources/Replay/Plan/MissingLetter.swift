import CheckoutSession

/// A dead letter that is not where a line of a plan says that it is.
struct MissingLetter {
  /// The line's.
  var index: Int
  /// Whether it is known to have been there: retention, compaction or a deletion has removed it. Else this may be another topic than the plan's.
  var isGone: Bool
  /// Why, in words.
  var detail: String

  /// Why a place may hold something else than it did, or nothing.
  static let elsewhere = "the topic was made anew, or this is not the cluster of the plan"

  init(index: Int, isGone: Bool, detail: String) {
    self.index = index
    self.isGone = isGone
    self.detail = detail
  }

  /// One in whose place there is no record at all.
  init(index: Int, _ content: FetchedRecord, _ place: RecordCoordinate) {
    guard case .gone(let firstOffset) = content else {
      self.init(index: index, isGone: false, detail: "there is no dead letter at this place: \(Self.elsewhere)")
      return
    }
    let now = place.offset < firstOffset ? ": the partition begins at offset \(firstOffset) now" : ""
    self.init(index: index, isGone: true, detail: "the dead letter has been removed from its topic\(now)")
  }
}

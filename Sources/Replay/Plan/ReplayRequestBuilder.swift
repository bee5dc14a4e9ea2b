import CheckoutSession
import Records

/// Makes the request that is sent again out of a dead letter: what a plan rehearses, and what apply publishes. Pure.
///
/// Key, body and the request's own headers stay byte for byte and in their order. What the dead letter added goes (`kafka_dlt-*`, `checkout-*`), and ``ReplayHeader``
/// says what comes.
///
/// An edit replaces the body that failed. But an edit that was turned away before the ledger took it, or as a conflict, has itself replaced nothing: the ledger
/// still stands for the body that it named, so whatever is sent next, the same once more or another edit, names that one as well. The ledger compares: a body that
/// it does not stand for is a conflict, as it were if none was named.
public struct ReplayRequestBuilder: Sendable {
  /// The count to rehearse with: higher than any that the ledger can have, as the one that apply claims always is.
  public static let rehearsalCount = 1_000_000

  /// Makes a builder.
  public init() {}

  /// Where the original must be fetched from; nil if the dead letter carries it itself, or nothing can be had.
  public static func placeToFetch(_ letter: DeadLetter) -> RecordCoordinate? { letter.payload == .reference ? letter.origin : nil }

  /// The request to send.
  /// - Parameters:
  ///   - original: what stands at ``placeToFetch(_:)``; nil if that is nil.
  ///   - requestID: what names the request in the ledger; written into a header if the request's own do not name it. Nil: not known, so its place or body name it.
  ///   - action: what is to be done; actions that send nothing build what `retry` would.
  ///   - patch: the JSON Merge Patch of an edit.
  ///   - count: how often it has been replayed with this time.
  /// - Throws: ``ReplayRequestError``, when there is nothing to send or the patch does not apply.
  public func build(
    _ letter: DeadLetter, original: FetchedRecord?, requestID: String?, action: ReplayAction, patch: [UInt8]? = nil, count: Int
  ) throws(ReplayRequestError) -> ReplayRequest {
    let source = try Self.source(letter, original)
    let originalHash = source.value.map { BodyHash(of: $0[...]) }
    var (value, hash) = (source.value, originalHash)
    if action == .edit {
      let edited = try Self.edited(source.value, patch)
      (value, hash) = (edited, BodyHash(of: edited[...]))
    }
    var headers: [UInt8] = []
    headers.reserveCapacity(source.headers.bytes.count + 256)
    let isNamed = Self.copyOwnHeaders(source.headers, to: &headers)
    Self.add(ReplayHeader.of, letter.place.description, to: &headers)
    Self.add(ReplayHeader.count, String(count), to: &headers)
    let replaced = Self.replacedHash(letter, source) ?? (action == .edit ? originalHash : nil)
    if let replaced, replaced != hash {
      Self.add(ReplayHeader.replaces, replaced.hexadecimal, to: &headers)
    }
    if action == .retryNew { Self.add(ReplayHeader.newSession, "true", to: &headers) }
    if !isNamed, let requestID, Self.requestIDBytes.contains(requestID.utf8.count) {
      Self.add(ReplayHeader.requestID, requestID, to: &headers)
    }
    let record = StoredRecord(
      topic: letter.name.topic, partition: letter.name.partition, offset: letter.name.offset,
      timestampMilliseconds: source.timestampMilliseconds, key: source.key, value: value, headers: PackedHeaders(headers[...]))
    return ReplayRequest(record: record, bodyHash: hash, originalHash: originalHash)
  }

  /// What the worker takes as a request id; a longer one can only have come from a body that is rejected for it.
  private static let requestIDBytes = 1...256

  /// The record that has key, value and headers of the request.
  private static func source(_ letter: DeadLetter, _ original: FetchedRecord?) throws(ReplayRequestError) -> StoredRecord {
    switch letter.payload {
    case .full: return letter.record
    case .redacted:
      throw ReplayRequestError(
        .redacted, "the dead letter carries a masked value, which is for reading only (deadLetters.payload: redacted)")
    case .reference: break
    }
    guard let place = letter.origin, let original else {
      throw ReplayRequestError(.noOriginal, "the dead letter refers to its request without saying where it stands")
    }
    switch original {
    case .gone(let firstOffset):
      let now = place.offset < firstOffset ? ": the partition begins at offset \(firstOffset) now" : ""
      throw ReplayRequestError(.gone, "\(place) has been removed from the request topic by retention, compaction or a deletion\(now)")
    case .unknown:
      throw ReplayRequestError(
        .noOriginal, "there is no \(place): the topic was made anew, or this is not the cluster that the request failed in")
    case .found(let record):
      guard record.value.map({ BodyHash(of: $0[...]) }) == letter.bodyHash else {
        throw ReplayRequestError(
          .otherRecord,
          "the record at \(place) is not the one that failed, by its hash: the topic was made anew, or this is not the cluster that the request failed in"
        )
      }
      return record
    }
  }

  /// What an edit that the ledger never took was to replace; nil for any other dead letter.
  private static func replacedHash(_ letter: DeadLetter, _ source: StoredRecord) -> BodyHash? {
    guard letter.wasNeverClaimed else { return nil }
    return source.headers.lastValue(named: ReplayHeader.replaces).flatMap { BodyHash(hexadecimal: $0) }
  }

  private static func edited(_ body: [UInt8]?, _ patch: [UInt8]?) throws(ReplayRequestError) -> [UInt8] {
    guard let patch else { throw ReplayRequestError(.invalidPatch, "an edit needs a patch") }
    let mergePatch: MergePatch
    do {
      mergePatch = try MergePatch(patch[...])
    } catch {
      throw ReplayRequestError(.invalidPatch, "the patch cannot be used: \(error)")
    }
    guard mergePatch.kind == .object else {
      throw ReplayRequestError(.invalidPatch, "the patch cannot be used: found \(mergePatch.kind.withArticle), expected an object")
    }
    do {
      return try mergePatch.apply(to: body?[...])
    } catch {
      throw ReplayRequestError(.unreadableBody, "no patch can be applied to the body that failed: \(error)")
    }
  }

  /// Copies the request's own headers; true if one of them names it.
  private static func copyOwnHeaders(_ own: PackedHeaders, to headers: inout [UInt8]) -> Bool {
    var isNamed = false
    for header in own where !isAdded(header.name) {
      PackedHeaders.append(name: header.name, value: header.value, to: &headers)
      if header.value != nil,
        header.name.elementsEqual(ReplayHeader.cloudEventsID.utf8) || header.name.elementsEqual(ReplayHeader.requestID.utf8)
      {
        isNamed = true
      }
    }
    return isNamed
  }

  private static func isAdded(_ name: ArraySlice<UInt8>) -> Bool {
    ReplayHeader.deadLetterPrefixes.contains { name.starts(with: $0.utf8) }
  }

  private static func add(_ name: String, _ value: String, to headers: inout [UInt8]) {
    PackedHeaders.append(name: name.utf8, value: value.utf8, to: &headers)
  }
}

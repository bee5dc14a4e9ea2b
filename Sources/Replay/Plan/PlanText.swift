import CheckoutSession

/// The text of a plan file: JSON lines, the first a ``PlanHeader``, the others each a ``PlanEntry``. Pure.
///
/// It survives `jq -c`: the order of members, escapes and spaces are free, and a member that is null is one that is absent.
public enum PlanText {
  /// The most lines that a plan may have beside its header: what one person can be expected to answer for, and what memory is bounded by.
  public static let linesMax = 1_000_000
  /// The longest line in bytes: a patch of `MergePatch.limits`, escaped, and what is beside it.
  public static let lineBytesMax = 192 * 1024
  /// A patch lies one level deep in its line.
  static let limits = JSONLimits(bytesMax: lineBytesMax, depthMax: MergePatch.limits.depthMax + 1)

  /// Appends a line for `header`, the newline included. Its length does not depend on ``PlanHeader/recordsCount``, so that it can be written anew in its place once
  /// that is known.
  public static func append(_ header: PlanHeader, to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("plan", PlanHeader.format)
        json.member("createdAt", header.createdAt)
        json.member("createdBy", header.createdBy)
        json.member("deadLetters", header.deadLettersTopic)
        json.member("requests", header.requestsTopic)
        json.member("filters", header.filters)
        json.name("records")
        let digits = String(header.recordsCount)
        json.raw((String(repeating: " ", count: max(0, String(linesMax).count - digits.count)) + digits).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends a line for `entry`, the newline included.
  public static func append(_ entry: PlanEntry, to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("topic", entry.place.topic)
        json.member("partition", entry.place.partition)
        json.member("offset", entry.place.offset)
        json.member("origin", entry.origin.description)
        json.member("merchantId", entry.identity.merchantID)
        json.member("requestId", entry.identity.requestID)
        json.memberIfPresent("mode", entry.mode?.rawValue)
        json.member("failedAt", entry.failedAt)
        json.object("error") { json in
          json.member("class", entry.errorClass.rawValue)
          json.member("code", entry.errorCode)
          json.member("detail", entry.errorDetail)
        }
        json.member("replayCount", entry.replayCount)
        json.memberIfPresent("bodySha256", entry.bodyHash?.hexadecimal)
        json.member("recordSha256", entry.recordHash.hexadecimal)
        json.object("prediction") { json in
          json.member("kind", entry.prediction.kind.rawValue)
          if let generation = entry.prediction.generation { json.member("generation", generation) }
          json.memberIfPresent("errorCode", entry.prediction.errorCode)
          json.member("detail", entry.prediction.detail)
        }
        json.member("action", entry.action.rawValue)
        if let patch = entry.patch {
          json.name("patch")
          json.raw(patch)
        }
        json.memberIfPresent("reason", entry.reason)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Reads the first line.
  /// - Throws: ``PlanLineError``.
  public static func header(_ line: ArraySlice<UInt8>, reader: inout JSONReader) throws(PlanLineError) -> PlanHeader {
    let object = try PlanObject(line, reader: &reader)
    guard object.has("plan") else {
      throw PlanLineError(
        nil,
        "expected the plan's header, {\"plan\":\"\(PlanHeader.format)\",…}. jq's select takes it out: write `select(.plan or …)` to keep it"
      )
    }
    let format = try object.text("plan")
    guard format == PlanHeader.format else {
      throw PlanLineError(
        "plan", "expected \"\(PlanHeader.format)\", got \"\(format.prefix(80))\": it was made by another version of this program")
    }
    try object.allow(["plan", "createdAt", "createdBy", "deadLetters", "requests", "filters", "records"])
    return PlanHeader(
      createdAt: try object.moment("createdAt"), createdBy: try object.text("createdBy"), deadLettersTopic: try object.text("deadLetters"),
      requestsTopic: try object.text("requests"), filters: try object.text("filters"),
      recordsCount: Int(try object.number("records", in: 0...Int64(linesMax))))
  }

  /// Reads a line behind the first.
  /// - Throws: ``PlanLineError``.
  public static func entry(_ line: ArraySlice<UInt8>, reader: inout JSONReader) throws(PlanLineError) -> PlanEntry {
    let object = try PlanObject(line, reader: &reader)
    try object.allow(members)
    let (error, prediction) = (try object.object("error"), try object.object("prediction"))
    try error.allow(["class", "code", "detail"])
    try prediction.allow(["kind", "generation", "errorCode", "detail"])
    let entry = PlanEntry(
      place: RecordCoordinate(
        topic: try object.text("topic"), partition: Int32(try object.number("partition", in: 0...Int64(Int32.max))),
        offset: try object.number("offset", in: 0...Int64.max)),
      origin: try object.place("origin"),
      identity: RequestIdentity(merchantID: try object.text("merchantId"), requestID: try object.text("requestId")),
      mode: try object.choiceIfPresent("mode"), failedAt: try object.moment("failedAt"), errorClass: try error.choice("class"),
      errorCode: try error.text("code"), errorDetail: try error.text("detail"),
      replayCount: Int(try object.number("replayCount", in: 0...Int64(Int32.max))), bodyHash: try object.hashIfPresent("bodySha256"),
      recordHash: try object.hash("recordSha256"),
      prediction: Prediction(
        try prediction.choice("kind"), generation: try prediction.numberIfPresent("generation", in: 0...Int64(Int32.max)).map(Int.init),
        errorCode: try prediction.textIfPresent("errorCode"), detail: try prediction.text("detail")),
      action: try object.choice("action"), patch: try object.sourceIfPresent("patch", kind: .object),
      reason: try object.textIfPresent("reason"))
    try check(entry)
    return entry
  }

  private static let members: Set<String> = [
    "topic", "partition", "offset", "origin", "merchantId", "requestId", "mode", "failedAt", "error", "replayCount", "bodySha256",
    "recordSha256",
    "prediction", "action", "patch", "reason",
  ]

  /// What an operator may have got wrong although every member is well formed.
  private static func check(_ entry: PlanEntry) throws(PlanLineError) {
    if let patch = entry.patch {
      guard entry.action == .edit else {
        throw PlanLineError("patch", "only an edit has one: make the action \"edit\", or take the patch out")
      }
      do {
        _ = try MergePatch(patch[...])
      } catch {
        throw PlanLineError("patch", "cannot be used: \(error)")
      }
    } else if entry.action == .edit {
      throw PlanLineError("patch", "expected a JSON Merge Patch, because the action is \"edit\"")
    }
    if entry.action == .drop, (entry.reason ?? "").allSatisfy(\.isWhitespace) {
      throw PlanLineError("reason", "expected why it is dropped, because the action is \"drop\"")
    }
  }
}

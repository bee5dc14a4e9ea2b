/// What the body of an error answer says (`contract/gateway.md`, "Errors"): `{"message"}`, `{"title","detail","status"}` with a status of
/// either type, OAuth's `{"error","error_description"}`, or nothing that can be read (empty, HTML of a proxy, cut short).
///
/// Text of the gateway, bounded and without control characters, but not yet free of what it may repeat of the request.
public struct GatewayErrorBody: Hashable, Sendable {
  /// `title` or `error`, at most 128 bytes; nil if there is none.
  public var title: String?
  /// `detail`, `message` or `error_description`, at most 1024 bytes; nil if there is none.
  public var detail: String?
  /// `status`, be it a number or a string of digits.
  public var status: Int?
  /// What stands there instead, such as `an HTML page of 512 bytes`; nil for an object that could be read.
  public var unreadable: String?

  /// Longest ``detail`` in bytes.
  public static let detailBytesMax = 1024

  /// Reads whatever the body is.
  public init(_ body: ArraySlice<UInt8>) {
    guard let document = try? JSONDocument.parse(body, limits: .answer, duplicateKeys: .preferNonNull), document.root.kind == .object else {
      unreadable = AnswerBody.kind(of: body)
      return
    }
    let root = document.root
    title = Self.text(root, ["title", "error"], bytesMax: 128)
    detail = Self.text(root, ["detail", "message", "error_description"], bytesMax: Self.detailBytesMax)
    status = (root["status"]?.int ?? root["status"]?.string.flatMap { Int64($0) }).flatMap { Int(exactly: $0) }
  }

  private static func text(_ root: JSONValue, _ names: [String], bytesMax: Int) -> String? {
    for name in names {
      guard let text = root[name]?.string else { continue }
      let cleaned = BoundedText.clean(text, bytesMax: bytesMax)
      if !cleaned.isEmpty { return cleaned }
    }
    return nil
  }
}

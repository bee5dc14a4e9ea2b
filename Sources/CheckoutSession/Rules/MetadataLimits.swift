/// Bounds of `metadata` in `customer` and `payment` (`contract/gateway.md`, "POST /sessions - request").
enum MetadataLimits {
  static let entriesMax = 20
  static let keyCharactersMax = 40
  static let valueCharactersMax = 100

  /// What is wrong with a metadata object, without a key or a value of it; nil if nothing is. Values that are numbers or truth values count
  /// as their text.
  static func fault(_ metadata: JSONValue) -> String? {
    guard metadata.kind == .object else { return RequestRule.Echo.shape(metadata) }
    guard metadata.count <= entriesMax else { return "\(metadata.count) entries" }
    for (name, value) in metadata.members {
      if name.scalarCount > keyCharactersMax { return "a key of \(name.scalarCount) characters" }
      switch value.kind {
      case .object, .array: return "a value that is \(value.kind.withArticle)"
      case .string: if value.scalarCount > valueCharactersMax { return "a value of \(value.scalarCount) characters" }
      case .number: if value.source.count > valueCharactersMax { return "a value of \(value.source.count) characters" }
      case .bool, .null: break
      }
    }
    return nil
  }
}

import Logging

/// One metadata entry as it stands in a line: a flat name and a value.
struct LogMember {
  let name: String
  let value: Logger.MetadataValue
  /// Its key names something that is never shown, whatever the value looks like.
  let isSensitive: Bool

  /// Names the line itself uses; an entry of that name gets the prefix `metadata.`, so that no name stands twice in an object.
  private static let reservedNames: Set<String> = ["time", "level", "label", "message", "cut"]

  /// Nesting that is flattened; deeper dictionaries are shown as one string.
  private static let depthMax = 8

  /// Metadata in the order of its names, dictionaries flattened (`http: [status: 503]` becomes `http.status`), no name twice.
  static func flatten(_ metadata: Logger.Metadata) -> [LogMember] {
    var members: [LogMember] = []
    members.reserveCapacity(metadata.count)
    for (key, value) in metadata {
      flatten(value, name: reservedNames.contains(key) ? "metadata.\(key)" : key, depth: 0, into: &members)
    }
    members.sort { $0.name < $1.name }
    // `["a.b": 1, "a": ["b": 2]]` names one member twice; the line keeps one.
    var previous: String?
    members.removeAll { member in
      defer { previous = member.name }
      return member.name == previous
    }
    return members
  }

  private static func flatten(_ value: Logger.MetadataValue, name: String, depth: Int, into members: inout [LogMember]) {
    if case .dictionary(let nested) = value, depth < depthMax {
      for (key, value) in nested { flatten(value, name: "\(name).\(key)", depth: depth + 1, into: &members) }
    } else {
      members.append(LogMember(name: name, value: value, isSensitive: Redaction.isSensitive(key: name)))
    }
  }

  /// A value as text, without the values of sensitive keys inside it and without what is nested too deep.
  static func description(of value: Logger.MetadataValue) -> String {
    withoutSensitiveEntries(value, depth: 0).description
  }

  private static func withoutSensitiveEntries(_ value: Logger.MetadataValue, depth: Int) -> Logger.MetadataValue {
    switch value {
    case .string, .stringConvertible: return value
    case .array(let elements):
      guard depth < depthMax else { return "…" }
      return .array(elements.map { withoutSensitiveEntries($0, depth: depth + 1) })
    case .dictionary(let entries):
      guard depth < depthMax else { return "…" }
      var result: Logger.Metadata = [:]
      for (key, value) in entries {
        result[key] = Redaction.isSensitive(key: key) ? "\(Redaction.mark)" : withoutSensitiveEntries(value, depth: depth + 1)
      }
      return .dictionary(result)
    }
  }
}

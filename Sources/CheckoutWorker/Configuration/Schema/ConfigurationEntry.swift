/// One row of the schema: a key, what it means, and how a value gets from a source into the draft.
///
/// The row knows its default by reading the same key path on an untouched `Root`, so a default is written once, in the struct.
struct ConfigurationEntry<Root: Sendable>: Sendable {
  /// The key, dots between its parts, e.g. `gateway.quota.burst`.
  var key: String
  /// Name of the kind of value.
  let type: String
  /// The allowed range, empty when the type says it all.
  let range: String
  /// Completes "expected …".
  let expected: String
  /// The default as it would stand in a file; nil when there is none.
  var defaultText: String?
  /// In place of a default in the reference, e.g. `by environment`.
  var defaultRemark: String?
  /// A value for the commented line in the default file, for keys without a default.
  var example: String?
  /// True for credentials: only from the environment, never shown.
  let isSecret: Bool
  /// True when a running worker takes a new value.
  let isReloadable: Bool
  /// What the key is for, one or two sentences.
  let text: String
  /// Puts a value into the draft; false when it is not as expected.
  let apply: @Sendable (ConfigurationValue, inout Root) -> Bool

  /// A key that always has a value.
  init<Value>(
    _ key: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ format: ValueFormat<Value>, of root: Root, remark: String? = nil,
    _ text: String
  ) {
    self.init(key: key, format: format, remark: remark, text: text, isSecret: false) { $1[keyPath: path] = $0 }
    defaultText = remark == nil ? format.print(root[keyPath: path]) : nil
  }

  /// A key that may have no value.
  init<Value>(
    _ key: String, optional path: any WritableKeyPath<Root, Value?> & Sendable, _ format: ValueFormat<Value>, remark: String? = nil,
    example: String? = nil, _ text: String
  ) {
    self.init(key: key, format: format, remark: remark, text: text, isSecret: false) { $1[keyPath: path] = $0 }
    self.example = example
  }

  /// A credential.
  init(_ key: String, secret path: any WritableKeyPath<Root, Secret?> & Sendable, _ text: String) {
    let format = ValueFormat<Secret>(type: "text", expected: "a credential on one line", parse: Secret.init(line:), print: { "\($0)" })
    self.init(key: key, format: format, remark: nil, text: text, isSecret: true) { $1[keyPath: path] = $0 }
  }

  private init<Value>(
    key: String, format: ValueFormat<Value>, remark: String?, text: String, isSecret: Bool,
    assign: @escaping @Sendable (Value, inout Root) -> Void
  ) {
    self.key = key
    type = format.type
    range = format.range
    expected = format.expected
    defaultRemark = remark
    self.isSecret = isSecret
    isReloadable = false
    self.text = text
    apply = { value, root in
      guard let parsed = format.parse(value) else { return false }
      assign(parsed, &root)
      return true
    }
  }

  private init(
    copying entry: ConfigurationEntry<some Sendable>, key: String, apply: @escaping @Sendable (ConfigurationValue, inout Root) -> Bool
  ) {
    self.key = key
    type = entry.type
    range = entry.range
    expected = entry.expected
    defaultText = entry.defaultText
    defaultRemark = entry.defaultRemark
    example = entry.example
    isSecret = entry.isSecret
    isReloadable = entry.isReloadable
    text = entry.text
    self.apply = apply
  }

  /// The same row as part of a larger draft.
  func lifted<Parent>(into path: any WritableKeyPath<Parent, Root> & Sendable, prefix: String) -> ConfigurationEntry<Parent> {
    ConfigurationEntry<Parent>(copying: self, key: prefix + key) { [apply] value, parent in apply(value, &parent[keyPath: path]) }
  }

  /// The same row where what it changes is not known yet: its value is checked, and kept under the row's key until then.
  func deferred<Parent>(
    into path: any WritableKeyPath<Parent, [String: ConfigurationValue]> & Sendable, prefix: String, checkedOn root: Root
  ) -> ConfigurationEntry<Parent> {
    ConfigurationEntry<Parent>(copying: self, key: prefix + key) { [key, apply] value, parent in
      var root = root
      guard apply(value, &root) else { return false }
      parent[keyPath: path][key] = value
      return true
    }
  }
}

extension Secret {
  /// A credential from one line of text; nil when it is empty or has control characters.
  fileprivate init?(line: String) {
    guard !line.isEmpty, line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else { return nil }
    self.init(line)
  }
}

import CheckoutSession

/// A JSON object of a plan's line, and its members by their types. Errors name the member and what was expected, and of what was found only what cannot be a customer's.
struct PlanObject {
  private let object: JSONValue
  /// `error.` for the members of `error`.
  private let prefix: String

  /// Reads a line.
  init(_ line: ArraySlice<UInt8>, reader: inout JSONReader) throws(PlanLineError) {
    let document: JSONDocument
    do {
      document = try reader.parse(line, limits: PlanText.limits)
    } catch {
      throw PlanLineError(nil, "column \(error.column): found \(error.found), expected \(error.expected)")
    }
    guard document.root.kind == .object else {
      throw PlanLineError(nil, "found \(document.root.kind.withArticle), expected an object")
    }
    self.init(document.root, prefix: "")
  }

  private init(_ object: JSONValue, prefix: String) {
    self.object = object
    self.prefix = prefix
  }

  /// Whether there is such a member that is not null.
  func has(_ name: String) -> Bool { member(name) != nil }

  /// Refuses members with other names: most likely one that is misspelt, which would else be ignored.
  func allow(_ names: Set<String>) throws(PlanLineError) {
    for (name, value) in object.members where !value.isNull {
      guard let text = name.string, !names.contains(text) else { continue }
      throw PlanLineError("\(prefix)\(text.prefix(40))", "no such member; expected one of \(names.sorted().joined(separator: ", "))")
    }
  }

  func object(_ name: String) throws(PlanLineError) -> PlanObject {
    PlanObject(try required(name, .object), prefix: "\(prefix)\(name).")
  }

  func text(_ name: String) throws(PlanLineError) -> String { try required(name, .string).string ?? "" }

  func textIfPresent(_ name: String) throws(PlanLineError) -> String? { has(name) ? try text(name) : nil }

  func number(_ name: String, in range: ClosedRange<Int64>) throws(PlanLineError) -> Int64 {
    let value = try required(name, .number)
    guard let number = value.int, range.contains(number) else {
      throw fault(name, "expected a whole number from \(range.lowerBound) to \(range.upperBound), got \(value.rawNumber?.prefix(40) ?? "")")
    }
    return number
  }

  func numberIfPresent(_ name: String, in range: ClosedRange<Int64>) throws(PlanLineError) -> Int64? {
    has(name) ? try number(name, in: range) : nil
  }

  func moment(_ name: String) throws(PlanLineError) -> Timestamp {
    guard let moment = Timestamp(rfc3339: try text(name)) else { throw fault(name, "expected a time such as 2030-01-31T12:00:00Z") }
    return moment
  }

  func place(_ name: String) throws(PlanLineError) -> RecordCoordinate {
    guard let place = RecordCoordinate(text: try text(name)) else { throw fault(name, "expected topic/partition/offset") }
    return place
  }

  func hash(_ name: String) throws(PlanLineError) -> BodyHash {
    guard let hash = BodyHash(hexadecimal: try text(name)) else { throw fault(name, "expected 64 hexadecimal digits") }
    return hash
  }

  func hashIfPresent(_ name: String) throws(PlanLineError) -> BodyHash? { has(name) ? try hash(name) : nil }

  func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(PlanLineError) -> Value {
    let text = try text(name)
    guard let value = Value(rawValue: text) else {
      let choices = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault(name, "expected one of \(choices), got \"\(text.prefix(40))\"")
    }
    return value
  }

  func choiceIfPresent<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(PlanLineError) -> Value? {
    has(name) ? try choice(name) : nil
  }

  /// A member as it is written.
  func sourceIfPresent(_ name: String, kind: JSONKind) throws(PlanLineError) -> [UInt8]? {
    has(name) ? Array(try required(name, kind).source) : nil
  }

  private func member(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

  private func required(_ name: String, _ kind: JSONKind) throws(PlanLineError) -> JSONValue {
    guard let value = member(name) else { throw fault(name, "expected \(kind.withArticle), found none") }
    guard value.kind == kind else { throw fault(name, "expected \(kind.withArticle), found \(value.kind.withArticle)") }
    return value
  }

  private func fault(_ name: String, _ message: String) -> PlanLineError { PlanLineError("\(prefix)\(name)", message) }
}

import CheckoutSession
import FoundationEssentials

/// The files of `contract/examples` and of `config/scenarios`.
enum Fixture {
  private static let root: String = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

  static func example(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: "\(root)/Tests/Fixtures/contract-examples/\(name).json")))
  }

  static func scenarioPath(_ name: String) -> String { "\(root)/config/scenarios/\(name)" }

  /// What is where in a JSON text, values left out: `data.status: string`. Two answers with the same outline have the same shape.
  static func outline(_ json: [UInt8]) throws -> [String] {
    var lines: [String] = []
    func walk(_ value: JSONValue, _ path: String) {
      lines.append("\(path): \(value.kind)")
      for (name, member) in value.members { walk(member, "\(path).\(name.string ?? "")") }
      for element in value.elements { walk(element, "\(path)[]") }
    }
    walk(try JSONDocument.parse(json[...], limits: .answer, duplicateKeys: .preferNonNull).root, "")
    return lines.sorted()
  }
}

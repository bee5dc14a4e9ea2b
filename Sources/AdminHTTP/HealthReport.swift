import FoundationEssentials
import Telemetry

/// The answer of a health endpoint: well when every check is.
struct HealthReport: Sendable, Equatable {
  let checks: [HealthCheck]

  /// Without checks there is nothing that is not well.
  var isOK: Bool { checks.allSatisfy(\.isOK) }

  /// `{"checks":[{"name","ok","reason"}],"status":"ok"|"failing"}` and a newline.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = Body(
      checks: checks.map { Body.Check(name: $0.name, ok: $0.isOK, reason: Redaction.redacted($0.reason)) }, status: isOK ? "ok" : "failing")
    return Array(try encoder.encode(body)) + [UInt8(ascii: "\n")]
  }

  private struct Body: Encodable {
    struct Check: Encodable {
      let name: String
      let ok: Bool
      let reason: String
    }

    let checks: [Check]
    let status: String
  }
}

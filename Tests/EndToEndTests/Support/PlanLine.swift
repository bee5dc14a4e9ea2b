import CheckoutSession

/// A line of a plan, as a script would read it.
struct PlanLine: Sendable {
  var place: String
  var origin: String
  var requestID: String
  var code: String
  var replayCount: Int
  var prediction: String
  var detail: String
  var generation: Int?
  var action: String
  var reason: String?

  /// - Throws: what it lacks.
  init(_ line: String) throws {
    let root = try JSONDocument.parse(Array(line.utf8)[...]).root
    guard let topic = root["topic"]?.string, let partition = root["partition"]?.int, let offset = root["offset"]?.int,
      let origin = root["origin"]?.string, let requestID = root["requestId"]?.string, let code = root["error"]?["code"]?.string,
      let replayCount = root["replayCount"]?.int, let prediction = root["prediction"]?["kind"]?.string,
      let detail = root["prediction"]?["detail"]?.string, let action = root["action"]?.string
    else { throw ProcessFailure("not a plan's line: \(line)") }
    place = "\(topic)/\(partition)/\(offset)"
    self.origin = origin
    self.requestID = requestID
    self.code = code
    self.replayCount = Int(replayCount)
    self.prediction = prediction
    self.detail = detail
    generation = root["prediction"]?["generation"]?.int.map { Int($0) }
    self.action = action
    reason = root["reason"]?.string
  }
}

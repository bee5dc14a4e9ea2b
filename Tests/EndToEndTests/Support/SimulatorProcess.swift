import CheckoutSession

/// A `gateway-simulator` process, and the truth that it serves.
final class SimulatorProcess: Sendable {
  /// One session, as it truly happened.
  struct Session: Hashable, Sendable {
    var id: String
    var merchantTransactionID: String?
    var createdAt: Timestamp
    /// How it ends or has ended; decided when it was made.
    var end: SessionStatus
    /// When that is.
    var endsAt: Timestamp
    /// When it runs out, unless it ends before.
    var expiresAt: Timestamp
    /// How often it was asked for.
    var polls: Int
    /// Whether the answer to its POST was the right one and was written in full.
    var wasAnswered: Bool
  }

  let process: RunningProcess
  let port: Int

  private init(process: RunningProcess, port: Int) {
    self.process = process
    self.port = port
  }

  /// Starts one and waits until it listens.
  /// - Parameters:
  ///   - port: 0 for one of the kernel's choice.
  ///   - scenario: YAML.
  static func start(port: Int = 0, scenario: String = "", arguments: [String] = []) async throws -> SimulatorProcess {
    let process = try RunningProcess.start(Executables.simulator, ["--port", "\(port)"] + arguments)
    let line = try await process.line(containing: "listening http://")
    guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else { throw ProcessFailure("no port in \(line)") }
    let simulator = SimulatorProcess(process: process, port: port)
    if !scenario.isEmpty { try await simulator.begin(scenario) }
    return simulator
  }

  /// Forgets everything and begins a scenario.
  func begin(_ scenario: String) async throws {
    for (page, body) in [("scenario", scenario), ("reset", "")] {
      let answer = try await LoopbackHTTP.request("POST", port: port, "/__simulator/\(page)", body: body)
      guard answer.status == 204 else { throw ProcessFailure("the simulator refuses \(page): \(answer.text)") }
    }
  }

  /// Goes on under another scenario, with the sessions that there are.
  func goOn(_ scenario: String) async throws {
    let answer = try await LoopbackHTTP.request("POST", port: port, "/__simulator/scenario", body: scenario)
    guard answer.status == 204 else { throw ProcessFailure("the simulator refuses the scenario: \(answer.text)") }
  }

  /// All sessions since the scenario began.
  func sessions() async throws -> [Session] {
    let answer = try await LoopbackHTTP.request(port: port, "/__simulator/sessions")
    return try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
      let root = try JSONDocument.parse(line).root
      guard let id = root["id"]?.string, let createdAt = root["createdAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
        let end = root["end"]?["status"]?.string.flatMap(SessionStatus.init), let polls = root["polls"]?.int,
        let endsAt = root["end"]?["at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
        let expiresAt = root["expiresAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let answer = root["answer"]?.string
      else { throw ProcessFailure("not a session: \(String(decoding: line, as: UTF8.self))") }
      return Session(
        id: id, merchantTransactionID: root["merchantTransactionId"]?.string, createdAt: createdAt, end: end, endsAt: endsAt,
        expiresAt: expiresAt, polls: Int(polls), wasAnswered: answer == "sent")
    }
  }

  /// The statistics since the scenario began.
  func statistics() async throws -> JSONValue {
    let answer = try await LoopbackHTTP.request(port: port, "/__simulator/stats")
    return try JSONDocument.parse(answer.body[...], limits: .answer).root
  }

  /// Answers to `POST /sessions` so far, by status (or `reset`, `noAnswer`).
  func creates() async throws -> [String: Int] { try await answers(to: "POST /sessions") }

  /// Answers to `GET /sessions/{id}` so far.
  func reads() async throws -> [String: Int] { try await answers(to: "GET /sessions/{id}") }

  private func answers(to route: String) async throws -> [String: Int] {
    guard let counts = try await statistics()["requests"]?[route] else { return [:] }
    return Dictionary(uniqueKeysWithValues: counts.members.map { ($0.name.string ?? "", Int($0.value.int ?? 0)) })
  }
}

import Logging
import NIOHTTP1

/// The simulator's own pages under `/__simulator/`, for tests and people. They need no token and no outage or fault strikes them.
struct SimulatorPages {
  enum Page {
    case answer(Answer)
    case sessions(SessionFilter)
  }

  let core: SimulatorCore
  /// Called when outages may have changed.
  let scheduleChanged: @Sendable () -> Void

  func page(_ name: Substring, query: Substring, _ request: IncomingRequest) -> Page {
    switch (name, request.method) {
    case ("sessions", .GET):
      do { return .sessions(try SessionFilter(query: query)) } catch { return .answer(Self.refused(error)) }
    case ("stats", .GET):
      let statistics = core.withEngine { engine, now in engine.statistics(at: now) }
      return .answer(Answer(status: .ok, body: statistics.json()))
    case ("reset", .POST):
      core.withEngine { engine, now in engine.reset(at: now) }
      core.logger.info("reset")
      scheduleChanged()
      return .answer(Answer(status: .noContent))
    case ("scenario", .GET):
      let source = core.withEngine { engine, _ in engine.scenarioSource }
      return .answer(Answer(status: .ok, contentType: .yaml, body: Array(source.utf8)))
    case ("scenario", .POST), ("scenario", .PUT):
      return .answer(load(request.body))
    default:
      let known = "GET sessions, GET stats, POST reset, GET scenario, POST scenario"
      return .answer(.problem(.notFound, "NOT_FOUND", "No such page; under /__simulator/ there are: \(known)"))
    }
  }

  private func load(_ body: [UInt8]) -> Answer {
    guard let source = String(validating: body, as: UTF8.self) else {
      return .problem(.badRequest, "INVALID_SCENARIO", "The scenario must be UTF-8 text")
    }
    do {
      let scenario = try Scenario(yaml: source)
      core.withEngine { engine, now in engine.load(scenario, source: source, at: now) }
      core.logger.info("scenario loaded", metadata: ["scenario": "\(scenario.name)"])
      scheduleChanged()
      return Answer(status: .noContent)
    } catch {
      return Self.refused(error, title: "INVALID_SCENARIO")
    }
  }

  private static func refused(_ error: SimulatorError, title: String = "INVALID_REQUEST") -> Answer {
    .problem(.badRequest, title, error.description)
  }
}

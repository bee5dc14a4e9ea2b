import CheckoutSession
import Synchronization

@testable import GatewaySimulator

/// A listening simulator in virtual time.
struct TestServer {
  let simulator: GatewaySimulator
  let time: VirtualTime

  /// Runs `body` with a simulator and stops it afterwards.
  static func run(
    _ scenario: Scenario = Scenario(), configure: (inout SimulatorConfiguration) -> Void = { _ in },
    _ body: (TestServer) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    var configuration = SimulatorConfiguration()
    configuration.scenario = scenario
    configuration.scenario.tokens.accepted.insert(TestGateway.token)
    configuration.clock = SimulatorClock(virtual: WallClock { Timestamp(millisecondsSinceEpoch: time.milliseconds) })
    configure(&configuration)
    let simulator = try await GatewaySimulator.start(configuration)
    do { try await body(TestServer(simulator: simulator, time: time)) } catch {
      await simulator.stop()
      throw error
    }
    await simulator.stop()
  }

  static func post(_ mode: SessionMode = .payment, transaction: String = "order-1", extra: String = "") -> String {
    request("POST", "/v1/sessions", body: String(decoding: RequestBodies.body(mode, transaction: transaction), as: UTF8.self), extra: extra)
  }

  static func request(_ method: String, _ path: String, body: String = "", extra: String = "") -> String {
    let headers = TestGateway.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return "\(method) \(path) HTTP/1.1\r\nHost: test\r\n\(headers)\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}

/// A time of day that stands still until a test moves it.
final class VirtualTime: Sendable {
  private let value = Atomic<Int64>(1_893_499_200_000)

  var milliseconds: Int64 { value.load(ordering: .sequentiallyConsistent) }
  func advance(by duration: Duration) { value.add(duration.wholeMilliseconds, ordering: .sequentiallyConsistent) }
}

import NIOCore
import NIOPosix

/// A running stand-in for the Convenient Checkout Gateway: `contract/gateway.md` made to run, with every fault it may have, and a record of
/// what truly happened.
///
///     let simulator = try await GatewaySimulator.start(configuration)
///     // … let a worker use simulator.url …
///     let truth = simulator.sessions()
///     await simulator.stop()
public final class GatewaySimulator: Sendable {
  /// The address it listens on.
  public let host: String
  /// The port it listens on.
  public let port: Int

  private let core: SimulatorCore
  private let connections: ConnectionRegistry
  private let listener: SimulatorListener
  private let group: MultiThreadedEventLoopGroup

  private init(
    core: SimulatorCore, connections: ConnectionRegistry, listener: SimulatorListener, group: MultiThreadedEventLoopGroup, port: Int
  ) {
    self.core = core
    self.connections = connections
    self.listener = listener
    self.group = group
    self.port = port
    host = core.configuration.host
  }

  /// Starts a simulator; it listens when this returns.
  ///
  /// - Throws: ``SimulatorError``: `configuration` with all problems, or `bind`.
  public static func start(_ configuration: SimulatorConfiguration = .init()) async throws(SimulatorError) -> GatewaySimulator {
    let problems = configuration.problems
    guard problems.isEmpty else { throw SimulatorError(.configuration, problems: problems) }
    let core = SimulatorCore(configuration)
    let connections = ConnectionRegistry()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
    let listener = SimulatorListener(core: core, connections: connections, group: group)
    do {
      let port = try await listener.start()
      return GatewaySimulator(core: core, connections: connections, listener: listener, group: group, port: port)
    } catch {
      try? await group.shutdownGracefully()
      throw SimulatorError(.bind, problems: ["\(configuration.host):\(configuration.port): cannot listen: \(error)"])
    }
  }

  /// `http://host:port`. Any path that ends in `/sessions` below it will do, so the base URL is this and the base path one likes.
  public var url: String { host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)" }

  /// Stops listening and closes all connections. Once; what it recorded can still be read.
  public func stop() async {
    await listener.stop()
    await connections.close()
    try? await group.shutdownGracefully()
  }

  /// What truly happened to the sessions that match, in the order in which they were made.
  public func sessions(_ filter: SessionFilter = .init()) -> [SessionRecord] { core.sessions(filter) }

  /// What was seen since the start or the last reset.
  public func stats() -> SimulatorStatistics { core.withEngine { engine, now in engine.statistics(at: now) } }

  /// Forgets all sessions and counts and begins scenario time anew. Tokens stay good.
  public func reset() async {
    core.withEngine { engine, now in engine.reset(at: now) }
    await listener.sync()
  }

  /// Goes on under another scenario, whose time begins now. Sessions keep the life they were given.
  public func load(_ scenario: Scenario) async {
    core.withEngine { engine, now in engine.load(scenario, source: "", at: now) }
    await listener.sync()
  }

  /// To be called after a virtual clock was moved: opens or closes the port if an outage began or ended meanwhile. The machine's clock needs no such call.
  public func clockMoved() async { await listener.sync() }
}

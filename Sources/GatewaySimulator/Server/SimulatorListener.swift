import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// The listening port. It is closed while the scenario refuses connections and bound again afterwards, on the same port.
///
/// Between the two, the kernel could give the port to somebody else's outgoing connection; then binding is tried again until it works.
actor SimulatorListener {
  private static let retryInterval: TimeAmount = .milliseconds(50)

  private let core: SimulatorCore
  private let connections: ConnectionRegistry
  private let group: MultiThreadedEventLoopGroup
  private var channel: (any Channel)?
  private var port: Int
  private var timer: Scheduled<Void>?
  private var lastSync: Task<Void, Never>?
  private var isStopped = false

  init(core: SimulatorCore, connections: ConnectionRegistry, group: MultiThreadedEventLoopGroup) {
    self.core = core
    self.connections = connections
    self.group = group
    port = core.configuration.port
  }

  /// Binds the port for the first time and returns it, even if the scenario begins with an outage: otherwise nobody would know it.
  func start() async throws -> Int {
    let channel = try await bind()
    self.channel = channel
    port = channel.localAddress?.port ?? port
    await sync()
    return port
  }

  /// Closes the port for good.
  func stop() async {
    isStopped = true
    timer?.cancel()
    await lastSync?.value
    try? await channel?.close()
    channel = nil
  }

  /// Makes the port what the scenario says for this moment.
  ///
  /// Binding and closing suspend, so two calls could run through each other: one would bind what the other closes. Each waits for the one before.
  func sync() async {
    let previous = lastSync
    let task = Task {
      await previous?.value
      await self.apply()
    }
    lastSync = task
    await task.value
  }

  private func apply() async {
    guard !isStopped else { return }
    timer?.cancel()
    let now = core.nowNanoseconds()
    let (isWanted, next) = core.withEngine { engine, _ in (engine.isListening(at: now), engine.nextListeningChange(after: now)) }
    if isWanted, channel == nil {
      do { channel = try await bind() } catch {
        core.logger.warning("cannot bind the port again yet", metadata: ["port": "\(port)", "error": "\(error)"])
        return wake(in: Self.retryInterval)
      }
      core.logger.info("the outage is over", metadata: ["port": "\(port)"])
    } else if !isWanted, let open = channel {
      channel = nil
      try? await open.close()
      connections.resetAll()
      core.logger.info("an outage begins: connections are refused", metadata: ["port": "\(port)"])
    }
    if let next, core.configuration.clock.runs { wake(in: .nanoseconds(max(0, next - core.nowNanoseconds()))) }
  }

  private func wake(in delay: TimeAmount) {
    guard !isStopped else { return }
    timer = group.next().scheduleTask(in: delay) { [weak self] in _ = Task { await self?.sync() } }
  }

  private func bind() async throws -> any Channel {
    let core = core
    let connections = connections
    let scheduleChanged: @Sendable () -> Void = { [weak self] in _ = Task { await self?.sync() } }
    return try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 16)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(ConnectionHandler(core: core, connections: connections, scheduleChanged: scheduleChanged))
        }
      }
      .bind(host: core.configuration.host, port: port).get()
  }
}

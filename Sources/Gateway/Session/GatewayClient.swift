import CheckoutSession
import Logging
import Metrics
import NIOCore
import NIOPosix
import Synchronization

/// The gateway's REST client (`contract/gateway.md`): makes sessions, reads sessions, keeps tokens fresh.
///
/// All work is done on one event loop. Calls come in batches and results go out in batches, so what a call costs is the call, not the way to
/// it. A call is never repeated here; its failure says whether and how to repeat it, and whether a session may have been made.
public final class GatewayClient: Sendable {
  let plan: ClientPlan
  private let ownGroup: MultiThreadedEventLoopGroup?
  let eventLoop: any EventLoop
  let core: NIOLoopBoundBox<ClientCore>
  let timekeeper: GatewayTimekeeper
  let isShutDown = Mutex(false)

  /// A client without connections: they are opened when calls come.
  /// - Parameters:
  ///   - eventLoop: where to work; a thread of its own if nil.
  ///   - wallClock: for `Retry-After` dates and, where the gateway does not tell its own (``clock``), the sessions' times.
  ///   - logger: never gets a token, a body or a session's URL.
  /// - Throws: everything that is wrong with the configuration, the CA file included. Reading that file blocks.
  public init(
    configuration: GatewayConfiguration, eventLoop: (any EventLoop)? = nil, wallClock: WallClock = .system,
    logger: Logger = Logger(label: "gateway"), metrics: any MetricsFactory = MetricsSystem.factory
  ) throws(GatewayConfigurationError) {
    let plan = try ClientPlan(configuration)
    self.plan = plan
    ownGroup = eventLoop == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
    let loop = eventLoop ?? ownGroup?.next() ?? MultiThreadedEventLoopGroup.singleton.next()
    self.eventLoop = loop
    // Built here, used on the loop only: nobody has it yet, so handing it over is a plain transfer.
    timekeeper = GatewayTimekeeper(hostClock: wallClock, logger: logger)
    let core = ClientCore(
      plan: plan, eventLoop: loop, timekeeper: timekeeper, logger: logger, metrics: GatewayMetrics(factory: metrics, timekeeper: timekeeper)
    )
    self.core = NIOLoopBoundBox.makeBoxSendingValue(core, eventLoop: loop)
  }

  /// Makes sessions. Returns at once; on the client's own event loop the calls start in place.
  ///
  /// `completion` is called on the event loop, usually several times, each time with at least one result; every call gives exactly one. It
  /// must not block, and may start further calls. After ``shutdown(grace:)`` every call ends with `CANCELED`, in place.
  public func start(_ calls: [CreateSessionCall], completion: @escaping @Sendable ([CreateSessionResult]) -> Void) {
    let isTaken = onLoop { $0.start(calls, completion: completion) }
    if !isTaken, !calls.isEmpty { completion(calls.map { CreateSessionResult(id: $0.id, outcome: .failure(Self.shutDownFailure)) }) }
  }

  /// Reads sessions; as ``start(_:completion:)``.
  public func startReads(_ calls: [ReadSessionCall], completion: @escaping @Sendable ([ReadSessionResult]) -> Void) {
    let isTaken = onLoop { $0.startReads(calls, completion: completion) }
    if !isTaken, !calls.isEmpty { completion(calls.map { ReadSessionResult(id: $0.id, outcome: .failure(Self.shutDownFailure)) }) }
  }

  /// Reads one session. Cancelling the task calls it off.
  /// - Throws: ``CheckoutSession/GatewayFailure``.
  public func session(_ sessionID: SessionID, merchantIndex: Int = 0) async throws(GatewayFailure) -> SessionSnapshot {
    let call = ReadSessionCall(id: .random(in: Self.ownCallIDs), merchantIndex: merchantIndex, sessionID: sessionID)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<SessionSnapshot, GatewayFailure>, Never>) in
        startReads([call]) { results in
          if let result = results.first { continuation.resume(returning: result.outcome) }
        }
        // A cancellation that came before the call was started found nothing to call off.
        if Task.isCancelled { cancel(ids: [call.id]) }
      }
    } onCancel: {
      cancel(ids: [call.id])
    }
    return try outcome.get()
  }

  /// Calls off calls, those of reads too: they end with `CANCELED`, in doubt if they were sent. Ids that are not under way mean nothing.
  public func cancel(ids: some Sequence<UInt64> & Sendable) {
    let ids = Set(ids)
    onLoop { $0.cancel(ids: ids) }
  }

  /// Calls off everything.
  public func cancelAll() {
    onLoop { $0.cancelAll() }
  }

  /// Takes no more calls, gives those under way `grace` to end, calls off the rest, closes the connections. A second call returns at once.
  public func shutdown(grace: Duration = .seconds(5)) async {
    let isFirst = isShutDown.withLock { isShutDown in
      defer { isShutDown = true }
      return !isShutDown
    }
    guard isFirst else { return }
    let core = self.core
    let drained = eventLoop.flatSubmit { core.value.shutDown(grace: TimeAmount(grace)) }
    // Neither of the two fails.
    try? await drained.get()
    try? await ownGroup?.shutdownGracefully()
  }

  /// Runs `body` on the event loop, in place if this is it.
  /// - Returns: false if there is no event loop any more.
  ///
  /// The race: a batch that is put on a loop which then ends would never be answered. So the flag is read, and the batch is put on the loop,
  /// under one lock: either the batch is on the loop before the shutdown's own task (which drains it), or the shutdown is seen here.
  @discardableResult
  private func onLoop(_ body: @escaping @Sendable (ClientCore) -> Void) -> Bool {
    let core = self.core
    if eventLoop.inEventLoop {
      body(core.value)
      return true
    }
    return isShutDown.withLock { isShutDown in
      if !isShutDown { eventLoop.execute { body(core.value) } }
      return !isShutDown
    }
  }

  /// From the top, far away from those that a stage counts.
  static let ownCallIDs: ClosedRange<UInt64> = (1 << 63)...UInt64.max

  static let shutDownFailure = ErrorTable.failure(
    TransportFailure(.canceled, "the client is shut down", isSent: false), to: .create)
}

/// Lets code that is not asynchronous (callbacks of the gateway, of timers) start work as a child of the stage's task group,
/// so that everything ends with the stage and an error of any part ends the stage.
public struct TaskSpawner: Sendable {
  /// What is started.
  public typealias Work = @Sendable () async throws -> Void

  private let stream: AsyncStream<Work>
  private let continuation: AsyncStream<Work>.Continuation

  /// A spawner that has not begun to run.
  public init() {
    // Unbounded as a buffer, bounded by what is put in: settlements in flight, one timer, and groups of records that the batches in flight hold.
    (stream, continuation) = AsyncStream.makeStream(of: Work.self, bufferingPolicy: .unbounded)
  }

  /// Starts `work`; does nothing once the stage ends.
  public func spawn(_ work: @escaping Work) { continuation.yield(work) }

  /// Ends ``run()``; work under way is cancelled.
  public func finish() { continuation.finish() }

  /// Runs everything that is spawned until ``finish()``, or until some work throws: then that error is thrown and the rest is cancelled.
  public func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for await work in stream {
        group.addTask {
          do {
            try await work()
          } catch is CancellationError {
            // The stage is ending; whatever this work held is redelivered.
          } catch {
            // The group would only notice at its end, so the end is brought about here.
            finish()
            throw error
          }
        }
      }
      group.cancelAll()
    }
  }
}

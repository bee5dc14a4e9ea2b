import Dispatch
import FoundationEssentials
import Glibc
import ProcessTestKit
import Synchronization

/// A process under test. Its output is read on threads of their own, so a full pipe never blocks it; it is killed at the latest when this is let go.
final class RunningProcess: Sendable {
  let name: String
  let output = Watched(ProcessOutput())
  private let id: pid_t
  /// Whether the process has been reaped; from then on its id may belong to another one, so no signal is sent.
  private let isReaped: ReapedFlag

  /// Guards the id: set before the process is reaped, read before it is signalled, both under the lock.
  private final class ReapedFlag: Sendable { let value = Mutex(false) }

  private init(name: String, id: pid_t, streams: (output: Int32, error: Int32)) {
    self.name = name
    self.id = id
    let isReaped = ReapedFlag()
    self.isReaped = isReaped
    let output = output
    Self.read(streams.output, .output, into: output)
    Self.read(streams.error, .error, into: output)
    DispatchQueue(label: "\(name)-exit").async {
      var info = siginfo_t()
      while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
      let ending = isReaped.value.withLock { isReaped in
        var status: Int32 = 0
        waitpid(id, &status, 0)
        isReaped = true
        return status & 0x7F == 0 ? ProcessOutput.Ending.exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
      }
      output.update { $0.ending = ending }
    }
  }

  deinit { signal(SIGKILL) }

  /// Starts a program.
  /// - Parameter environment: in addition to this process's, of which the worker's own variables are left out.
  static func start(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws -> RunningProcess {
    let (outputReader, outputWriter) = try pipe()
    let (errorReader, errorWriter) = try pipe()
    defer { for descriptor in [outputWriter, errorWriter] { close(descriptor) } }
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CHECKOUT_") }
    let child: ChildProcess
    do {
      child = try ChildProcess.spawn(
        [executable] + arguments, environment: inherited.merging(environment) { $1 },
        output: .descriptors(output: outputWriter, error: errorWriter))
    } catch {
      close(outputReader)
      close(errorReader)
      throw error
    }
    let name = executable.split(separator: "/").last.map(String.init) ?? executable
    return RunningProcess(name: name, id: child.id, streams: (outputReader, errorReader))
  }

  /// Sends a signal, unless the process has ended.
  func signal(_ number: Int32) {
    isReaped.value.withLock { if !$0 { kill(id, number) } }
  }

  /// Waits for the `count`-th line that contains all of `parts`, on either stream.
  @discardableResult
  func line(containing parts: String..., count: Int = 1, timeout: Duration = .seconds(30)) async throws -> String {
    let name = name
    return try await waiting("line \(count) of \(name) with \(parts)", timeout: timeout) { output in
      var left = count
      for line in output.outputLines + output.errorLines where parts.allSatisfy(line.contains) {
        left -= 1
        if left == 0 { return line }
      }
      guard !output.isComplete else { throw ProcessFailure("\(name) ended without a line with \(parts)\n\(output.tail)") }
      return nil
    }
  }

  /// Waits for the end and for all output.
  func end(within timeout: Duration = .seconds(60)) async throws -> ProcessOutput.Ending {
    try await waiting("the end of \(name)", timeout: timeout) { $0.isComplete ? $0.ending : nil }
  }

  /// Waits for something that the process is to do, and fails at once if it ends instead.
  func whileRunning<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask(operation: body)
      group.addTask { [self] in
        let ending = try await end(within: .seconds(600))
        throw ProcessFailure("\(name) ended too early, \(ending)\n\(output.now.tail)")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  /// The most memory that it has had, in KiB, once it has ended. Looked at every 20 ms: the kernel forgets it with the process.
  func peakMemory() async -> Int {
    var peak = 0
    while output.now.ending == nil, !Task.isCancelled {
      let status = (try? Data(contentsOf: URL(filePath: "/proc/\(id)/status"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
      if let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) {
        peak = max(peak, line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
      }
      try? await ContinuousClock().sleep(for: .milliseconds(20))
    }
    return peak
  }

  /// Kills it and waits until it is gone.
  func killNow() async throws {
    signal(SIGKILL)
    _ = try await end()
  }

  private func waiting<Value: Sendable>(
    _ what: String, timeout: Duration, until condition: @escaping @Sendable (ProcessOutput) throws -> Value?
  ) async throws -> Value {
    do {
      return try await output.wait(for: what, timeout: timeout, until: condition)
    } catch let error as TimedOut {
      throw ProcessFailure("\(error)\n\(output.now.tail)")
    }
  }

  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    // Closed in every other child, or a stream would stay open for as long as any of them lives. A pair of sockets can be made so in one step.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ProcessFailure("no pipe: \(String(cString: strerror(errno)))") }
    return (ends[0], ends[1])
  }

  private static func read(_ descriptor: Int32, _ stream: ProcessOutput.Stream, into output: Watched<ProcessOutput>) {
    DispatchQueue(label: "process-output").async {
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        output.update { $0.take(buffer[..<count], from: stream) }
      }
      close(descriptor)
      output.update { $0.close(stream) }
    }
  }
}

/// A process that could not be started or did not do what was waited for.
struct ProcessFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

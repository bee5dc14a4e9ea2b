import Dispatch
import Replay
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes a plan file: beside its place first, and there only when it is whole and on the disk. Readable for its owner alone, because a patch may hold a customer's data.
///
/// A plan that is there already may have been edited for hours: it stays under its name with `~` behind it.
///
/// The writing is done on a queue of its own: a disk may take its time.
final class PlanFileWriter: Sendable {
  private struct State {
    var descriptor: Int32
    var recordsCount = 0
  }

  /// The file that it becomes.
  let path: String
  private let draftPath: String
  private let header: PlanHeader
  private let queue = DispatchQueue(label: "checkout-worker.plan")
  /// Only ``queue`` works with it, one call after the other; the lock is what tells the compiler so.
  private let state: Mutex<State>

  /// Begins a plan.
  /// - Parameter header: its first line; the count of records is put in at the end.
  /// - Throws: ``PlanFileError`` if none can be made there.
  init(path: String, header: PlanHeader) throws(PlanFileError) {
    _ = try Self.isThere(path)
    self.path = path
    self.header = header
    draftPath = "\(path).\(getpid()).tmp"
    // What a killed process of the same number has left is nobody's any more.
    unlink(draftPath)
    let descriptor = open(draftPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw PlanFileError(path, Self.systemMessage(errno)) }
    state = Mutex(State(descriptor: descriptor))
    var line: [UInt8] = []
    PlanText.append(header, to: &line)
    do {
      try Self.write(line, to: descriptor, path)
    } catch {
      discardNow()
      throw error
    }
  }

  deinit { discardNow() }

  /// Adds lines.
  /// - Throws: ``PlanFileError``; a full disk, for instance.
  func append(_ entries: [PlanEntry]) async throws(PlanFileError) {
    try await onQueue { () throws(PlanFileError) in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(entries.count * 1024)
      for entry in entries { PlanText.append(entry, to: &bytes) }
      try self.state.withLock { state throws(PlanFileError) in
        try Self.write(bytes, to: state.descriptor, self.path)
        state.recordsCount += entries.count
      }
    }
  }

  /// Ends the plan and puts it in its place; one that was there gets out of its way first (``formerPath(_:)``).
  /// - Throws: ``PlanFileError``; the file is then not there.
  func finish() async throws(PlanFileError) {
    try await onQueue { () throws(PlanFileError) in
      try self.state.withLock { state throws(PlanFileError) in
        var header = self.header
        header.recordsCount = state.recordsCount
        var line: [UInt8] = []
        PlanText.append(header, to: &line)
        // Its length is the same whatever the count.
        guard lseek(state.descriptor, 0, SEEK_SET) == 0 else { throw self.fault }
        try Self.write(line, to: state.descriptor, self.path)
        guard fsync(state.descriptor) == 0, close(state.descriptor) == 0 else { throw self.fault }
        state.descriptor = -1
      }
      do throws(PlanFileError) {
        if try Self.isThere(self.path), rename(self.path, Self.formerPath(self.path)) != 0 { throw self.fault }
        guard rename(self.draftPath, self.path) == 0 else { throw self.fault }
      } catch {
        unlink(self.draftPath)
        throw error
      }
    }
  }

  /// Gives the plan up: no file is left.
  func discard() async {
    try? await onQueue { () throws(PlanFileError) in self.discardNow() }
  }

  private func discardNow() {
    state.withLock { state in
      guard state.descriptor >= 0 else { return }
      close(state.descriptor)
      unlink(draftPath)
      state.descriptor = -1
    }
  }

  private func onQueue(_ work: @escaping @Sendable () throws(PlanFileError) -> Void) async throws(PlanFileError) {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, PlanFileError>, Never>) in
      queue.async {
        do throws(PlanFileError) {
          try work()
          continuation.resume(returning: .success(()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    try result.get()
  }

  private var fault: PlanFileError { PlanFileError(path, "cannot be written: \(Self.systemMessage(errno))", isWrongUsage: false) }

  /// Where a plan goes that another one takes the place of.
  static func formerPath(_ path: String) -> String { path + "~" }

  /// Whether there is a file. What is no file (a folder, a device) is not moved away for a plan.
  static func isThere(_ path: String) throws(PlanFileError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    guard status.st_mode & S_IFMT == S_IFREG else { throw PlanFileError(path, "is no file that a plan could be written to") }
    return true
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(PlanFileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        guard errno == EINTR else { throw PlanFileError(path, "cannot be written: \(systemMessage(errno))", isWrongUsage: false) }
        continue
      }
      rest = rest.dropFirst(written)
    }
  }

  private static func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }
}

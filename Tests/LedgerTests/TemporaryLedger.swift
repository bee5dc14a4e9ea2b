import Foundation
import Ledger
import Logging
import Synchronization

/// A folder for one test's ledger, with the handles that the test opened. `with` closes and removes all of it.
final class TemporaryLedger: Sendable {
  /// The folder.
  let folder: String
  /// The ledger's file.
  var path: String { folder + "/ledger.sqlite" }
  private let opened = Mutex<[SQLiteLedger]>([])

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  /// Opens one more handle on the file.
  func open(
    _ access: LedgerAccess = .readWrite, busyTimeout: Duration = .seconds(20), queuedCallsMax: Int = 64,
    fileBytesMax: Int64? = nil
  ) async throws -> SQLiteLedger {
    let configuration = SQLiteLedgerConfiguration(
      location: .file(path: path), access: access, busyTimeout: busyTimeout, queuedCallsMax: queuedCallsMax, fileBytesMax: fileBytesMax)
    let ledger = try await SQLiteLedger.open(configuration, logger: Logger(label: "test"))
    opened.withLock { $0.append(ledger) }
    return ledger
  }

  /// Lends a new folder.
  static func with(_ body: (TemporaryLedger) async throws -> Void) async throws {
    let temporary = try TemporaryLedger()
    let result: Result<Void, any Error>
    do { result = .success(try await body(temporary)) } catch { result = .failure(error) }
    for ledger in temporary.opened.withLock({ $0 }) { await ledger.close() }
    try FileManager.default.removeItem(atPath: temporary.folder)
    try result.get()
  }
}

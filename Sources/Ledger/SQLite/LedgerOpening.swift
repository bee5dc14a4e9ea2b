import CheckoutSession
import GRDB
import Logging

/// Opens a ledger: finds or makes the file, sees that it is ours, and brings its schema up to date. Blocks, so it runs on a thread of its own.
struct LedgerOpening {
  /// Two processes may create or migrate one file at the same moment. SQLite lets one of them through; the other fails with "busy" (at
  /// once: switching to WAL does not wait) or "table exists", and on its next try finds the work done.
  private static let attemptsMax = 3

  private let settings: SQLiteLedgerConfiguration
  private let logger: Logger

  /// An opening of the ledger that `settings` names.
  init(_ settings: SQLiteLedgerConfiguration, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  /// Throws ``LedgerFailure``, naming the file.
  func run() throws(LedgerFailure) -> any DatabaseWriter {
    var attempt = 1
    while true {
      do {
        return try open()
      } catch {
        let failure = LedgerFailure(error, ledger: settings.location.name)
        guard attempt < Self.attemptsMax, failure.code == .unexpected || failure.code == .busy else { throw failure }
        attempt += 1
      }
    }
  }

  private func open() throws -> any DatabaseWriter {
    switch (settings.location, settings.access) {
    case (.memory, _):
      let writer = try DatabaseQueue(configuration: configuration())
      try LedgerSchema.migrator.migrate(writer)
      return writer
    case (.file(let path), .readOnly):
      _ = try LedgerFile.find(path)
      let reader = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
      guard try reader.read(isLedger) else { throw Self.notYetALedger }
      return reader
    case (.file(let path), .readWrite):
      if try LedgerFile.create(path) == .existing(isShared: true) {
        logger.warning("the ledger holds links to checkouts, and others than its owner may open it", metadata: ["file": "\(path)"])
      }
      // Looked at before the pool opens it: the pool switches to WAL, which would change a file that is not ours.
      try DatabaseQueue(path: path, configuration: configuration(readonly: true)).close(after: isLedger)
      let writer = try DatabasePool(path: path, configuration: configuration())
      try LedgerSchema.migrator.migrate(writer)
      return writer
    }
  }

  /// Whether the file is a ledger; false if it is still empty. Throws ``LedgerFailure`` if it is something else, or newer than this program.
  private func isLedger(_ db: Database) throws -> Bool {
    let applicationID = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    // Another process may be about to set the file up: the table of its migrations, and that one's index, come before everything else.
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT LIKE 'grdb_%'") ?? 0
    if applicationID == 0, tables == 0 { return false }
    guard applicationID == LedgerSchema.applicationID else {
      throw LedgerFailure(code: .corrupt, message: "the file is a SQLite database, but not a ledger", isTransient: false)
    }
    guard try !LedgerSchema.migrator.hasBeenSuperseded(db) else {
      throw LedgerFailure(code: .corrupt, message: "written by a newer version of this program; run that version", isTransient: false)
    }
    return true
  }

  private static var notYetALedger: LedgerFailure {
    LedgerFailure(code: .notSetUp, message: "the file is empty: no worker has used it yet", isTransient: false)
  }

  private func configuration(readonly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.label = "checkout-ledger"
    configuration.readonly = readonly
    configuration.foreignKeysEnabled = false
    configuration.maximumReaderCount = 2
    configuration.busyMode = .timeout(Double(settings.busyTimeout.wholeMilliseconds) / 1000)
    guard !readonly else { return configuration }
    let fileBytesMax = settings.fileBytesMax
    configuration.prepareDatabase { db in
      // secure_delete: an erased URL is overwritten in its page, not only forgotten.
      // wal_autocheckpoint: request ids are random, so each batch touches some hundred pages of their index. A checkpoint every 32 MiB
      // writes a page once for many batches; at SQLite's 4 MiB the three calls of a batch cost a fifth more CPU.
      try db.execute(
        sql: """
          PRAGMA secure_delete = ON;
          PRAGMA wal_autocheckpoint = 8192;
          PRAGMA journal_size_limit = 67108864;
          PRAGMA cache_size = -32768;
          """)
      if let fileBytesMax {
        let pageBytes = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        try db.execute(sql: "PRAGMA max_page_count = \(max(1, (fileBytesMax + pageBytes - 1) / pageBytes))")
      }
    }
    return configuration
  }
}

extension DatabaseQueue {
  /// Reads once and closes, whatever the read says.
  fileprivate func close(after read: (Database) throws -> Bool) throws {
    let result = Result { try self.read(read) }
    try close()
    _ = try result.get()
  }
}

import GRDB

/// A ledger of version 4 of the schema: a present one, from which what came later is taken away.
enum VersionFourFile {
  /// Makes a version 4 file of a present one that nobody has open.
  static func cut(_ path: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.write { db in
      try db.execute(
        sql: """
          DROP VIEW readable_replay; DROP VIEW readable_replay_run; DROP TABLE replay; DROP TABLE replay_run;
          DELETE FROM grdb_migrations WHERE identifier LIKE '5 %';
          """)
    }
    try database.close()
  }
}

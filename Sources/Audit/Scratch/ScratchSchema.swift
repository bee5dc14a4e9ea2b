import GRDB

/// The scratch file's tables.
///
/// Facts are spread over many tables by their identity, only ever appended, and then read table by table in the order of identities: each sort is small, nothing
/// is written in random places, and memory stays the same however many records there are.
enum ScratchSchema {
  /// 2⁶ tables: the facts of ten million records make sorts of some ten MiB.
  static let bucketBits = 6
  static let bucketCount = 1 << bucketBits

  /// What SQLite may keep of the file in memory; a larger sort goes to a temporary file.
  private static let cacheKibibytes = 32 * 1024

  static func prepare(_ db: Database) throws {
    // Nothing survives the process anyway: no journal, no syncs. Deleted pages do not matter either, the whole file is removed.
    try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE")
    try db.execute(sql: "PRAGMA cache_size = -\(cacheKibibytes); PRAGMA temp_store = FILE")
  }

  static func create(_ db: Database) throws {
    for bucket in 0..<bucketCount {
      try db.execute(
        sql: """
          CREATE TABLE fact_\(bucket) (
            high INTEGER, low INTEGER, kind INTEGER, at INTEGER, topic INTEGER, partition INTEGER, "offset" INTEGER, code INTEGER,
            generation INTEGER, correlation INTEGER, content INTEGER, session_high INTEGER, session_low INTEGER, url INTEGER, moment INTEGER,
            created_at INTEGER, merchant TEXT, request_id TEXT)
          """)
    }
    try db.execute(
      sql: """
        CREATE TABLE dead_letter (
          topic INTEGER, partition INTEGER, "offset" INTEGER, own_topic INTEGER, own_partition INTEGER, own_offset INTEGER, matched INTEGER,
          PRIMARY KEY (topic, partition, "offset")) WITHOUT ROWID;
        CREATE TABLE finding (
          invariant INTEGER, code TEXT, topic TEXT, partition INTEGER, "offset" INTEGER, other_topic TEXT, other_partition INTEGER,
          other_offset INTEGER, merchant TEXT, request_id TEXT, session TEXT)
        """)
  }

  static func insertSQL(bucket: Int) -> String {
    "INSERT INTO fact_\(bucket) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"
  }

  static func selectSQL(bucket: Int) -> String {
    """
    SELECT rowid, high, low, kind, at, topic, partition, "offset", code, generation, correlation, content, session_high, session_low, url,
      moment, created_at
    FROM fact_\(bucket) ORDER BY high, low
    """
  }

  static func nameSQL(bucket: Int) -> String { "SELECT merchant, request_id FROM fact_\(bucket) WHERE rowid = ?1" }
}

/// The table of `design/architecture.md`, "Targets", as data. An edge that does not stand here is a fault.
enum ArchitectureRules {
  /// What one target may depend on and import.
  struct Row: Sendable {
    /// Own targets.
    var own: Set<String> = []
    /// Modules of packages and of the system.
    var modules: Set<String> = []
  }

  /// Modules that any target may import: the language and the system, nothing to depend on.
  static let everywhere: Set<String> = ["Swift", "Synchronization", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch"]

  private static let observability: Set<String> = ["Logging", "Metrics", "CoreMetrics", "Tracing"]
  private static let nio: Set<String> = ["NIO", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOTLS", "NIOConcurrencyHelpers", "NIOEmbedded"]
  private static let collections: Set<String> = ["Collections", "DequeModule", "HeapModule", "OrderedCollections"]
  private static let service: Set<String> = ["ServiceLifecycle", "UnixSignals"]

  /// One row for each target in Sources. Deviations from the design's table: `Records` (pure: slab, record and packed header types that
  /// Kafka and the stages share), `Stage` (pure: what every stage is made of), `Audit` (the checker of the invariants over a scratch file), `ProcessTestKit` (starts the brokers and databases of tests), Yams for what reads YAML, log and metrics for Ledger.
  static let rows: [String: Row] = [
    "CRdKafka": Row(),
    "CPostgres": Row(),
    "CKafka": Row(own: ["CRdKafka"]),
    "Records": Row(),
    "CheckoutSession": Row(modules: ["Crypto"]),
    "Pacing": Row(modules: collections),
    "Stage": Row(own: ["CheckoutSession", "Pacing", "Records"]),
    "Creation": Row(own: ["CheckoutSession", "Pacing", "Records", "Stage"], modules: observability.union(collections)),
    "Reconciliation": Row(own: ["CheckoutSession", "Pacing", "Records", "Stage"], modules: observability.union(collections)),
    "Replay": Row(own: ["CheckoutSession", "Pacing", "Records", "Stage"], modules: observability),
    "Kafka": Row(own: ["CKafka", "Records"], modules: observability.union(collections)),
    "Gateway": Row(own: ["CheckoutSession"], modules: nio.union(collections).union(observability).union(["NIOSSL", "NIOExtras"])),
    "Ledger": Row(own: ["CheckoutSession", "CPostgres"], modules: observability.union(["GRDB", "GRDBSQLite", "SQLite3"])),
    "Audit": Row(own: ["CheckoutSession"], modules: ["GRDB", "GRDBSQLite", "SQLite3"]),
    "Telemetry": Row(modules: observability),
    "AdminHTTP": Row(
      own: ["Telemetry"], modules: nio.union(observability).union(service).union(["Hummingbird", "HummingbirdCore", "HTTPTypes"])),
    "CheckoutWorker": Row(
      own: [
        "AdminHTTP", "Audit", "CheckoutSession", "Creation", "Gateway", "GatewaySimulator", "Kafka", "KafkaTestKit", "Ledger", "Pacing",
        "Reconciliation", "Records", "Replay", "Stage", "Telemetry",
      ], modules: nio.union(observability).union(service).union(collections).union(["Configuration", "Yams"])),
    "checkout-worker": Row(own: ["CheckoutWorker"], modules: ["ArgumentParser"]),
    "GatewaySimulator": Row(
      own: ["CheckoutSession"], modules: nio.union(observability).union(collections).union(service).union(["Hummingbird", "Yams"])),
    "gateway-simulator": Row(own: ["GatewaySimulator"], modules: observability.union(service).union(["ArgumentParser"])),
    "KafkaTestKit": Row(own: ["CKafka", "Kafka", "ProcessTestKit", "Records"], modules: observability),
    "PostgresTestKit": Row(own: ["ProcessTestKit"]),
    "ProcessTestKit": Row(),
    "TestClock": Row(),
  ]

  /// Modules that only the files in a `Bridge` folder of these targets may import.
  static let bridges: [String: Set<String>] = ["CKafka": ["Kafka", "KafkaTestKit"], "CPostgres": ["Ledger"]]

  /// Targets that must not pull in all of Foundation.
  static let pure: Set<String> = ["CheckoutSession", "Pacing", "Records", "Stage", "Creation", "Reconciliation", "Replay"]

  /// Longest Swift file, in lines.
  static let linesMax = 400

  /// Words that no source has, and why.
  static let forbidden: [(text: String, reason: String)] = [
    ("fatalError(", "an error is thrown, not a process ended"), ("try!", "an error is handled"), (" as! ", "a cast can fail"),
    ("TODO", "finished or filed as an issue"), ("FIXME", "finished or filed as an issue"),
  ]
}

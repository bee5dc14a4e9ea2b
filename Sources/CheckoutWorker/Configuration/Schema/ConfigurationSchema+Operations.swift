extension ConfigurationSchema {
  /// `deadLetters.*`.
  static let deadLetterEntries: [ConfigurationEntry<ConfigurationDraft>] = [
    ConfigurationEntry(
      "deadLetters.payload", \.deadLetters.payload, .choice, of: ConfigurationDraft(),
      "What a dead letter carries: where the request lies (`reference`), its bytes (`full`), or its bytes without customer data (`redacted`)."
    )
  ]

  /// `replay.*`.
  static let replayEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "replay.maxAttempts", \.replay.maxAttempts, .integer(in: 1...1000), of: draft,
        "How often one request may be replayed; more takes `replay apply --force`."),
      ConfigurationEntry(
        "replay.auditTopic", optional: \.replay.auditTopic, .topic, remark: "none", example: "checkout.replay-audit",
        "Topic that is told who replayed what, when, by which plan, and what became of it; no customer data."),
      ConfigurationEntry(
        "replay.leaseDuration", \.replay.leaseDuration, .duration(in: .seconds(1) ... .seconds(300)), of: draft,
        "How long what an `apply` has claimed stays its own after it was killed; another one, or the same again, waits for so long."),
      ConfigurationEntry(
        "replay.historyRetention", \.replay.historyRetention, .duration(in: .seconds(86_400) ... .seconds(3650 * 86_400)), of: draft,
        "How long the ledger remembers what was replayed. Longer than the dead-letter topic keeps its records: what is forgotten could be sent again."
      ),
    ]
  }()

  /// `ledger.*`.
  static let ledgerEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "ledger.url", \.ledger.values.store, .ledgerURL, of: draft,
        "Where the ledger is kept: a SQLite file of this host (a relative path starts at the working folder); a PostgreSQL database, which several hosts share, as `postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=FILE` (`sslmode` `disable`, `require`, `verify-ca` or `verify-full`, which is the default but on this host; `sslcert` and `sslkey` for a certificate of ours; `host=/FOLDER` for a Unix socket; no password in it); or memory (lost at exit: benchmarks and tests)."
      ),
      ConfigurationEntry(
        "ledger.retention", \.ledger.values.retention, .duration(in: .seconds(3600) ... .seconds(365 * 86_400)), of: draft,
        "How long an identity is remembered after its session ended."),
      ConfigurationEntry(
        "ledger.passwordFile", optional: \.ledger.passwordFile, .text("a path", type: "path"), example: "/run/credentials/ledger-password",
        "File that holds the password for PostgreSQL; read for each new connection, so that a changed one counts."),
      ConfigurationEntry("ledger.password", secret: \.ledger.password, "That password itself."),
      ConfigurationEntry(
        "ledger.schema", \.ledger.values.schema, .sqlName, of: draft, "The PostgreSQL schema that holds the ledger's tables."),
      ConfigurationEntry(
        "ledger.connectionsMax", \.ledger.values.connectionsMax, .integer(in: 1...64), of: draft,
        "Connections of one process to PostgreSQL; one call at a time on each."),
      ConfigurationEntry(
        "ledger.connectTimeout", \.ledger.values.connectTimeout, .duration(in: .milliseconds(100) ... .seconds(60)), of: draft,
        "How long connecting to PostgreSQL may take."),
      ConfigurationEntry(
        "ledger.statementTimeout", \.ledger.values.statementTimeout, .duration(in: .milliseconds(100) ... .seconds(300)), of: draft,
        "How long one statement may take in PostgreSQL, waiting for locks included. One that takes longer is made again."),
    ]
  }()

  /// `admin.*`.
  static let adminEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry("admin.host", \.admin.host, .text("a host name or address"), of: draft, "Address to listen on."),
      ConfigurationEntry("admin.port", \.admin.port, .integer(in: 0...65_535), of: draft, "Port to listen on; 0: no admin endpoint."),
      ConfigurationEntry(
        "admin.tokenFile", optional: \.admin.tokenFile, .text("a path", type: "path"), example: "/run/credentials/admin-token",
        "File that holds the bearer token which callers of the operations page must show."),
      ConfigurationEntry("admin.token", secret: \.admin.token, "That token itself."),
    ]
  }()

  /// `log.*`.
  static let logEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "log.level", \.log.level, .choice, of: draft,
        "Least severe level that is written. No level shows customer data, tokens or a `hostedUrl`."),
      ConfigurationEntry(
        "log.format", \.log.format, .choice, of: draft, "`auto` means text on a terminal, else one JSON object for each line."),
    ]
  }()
}

/// One step of the schema. Steps are only ever added, and what a released step says is never changed. A function that changes is made anew by a later step: in its own
/// place if its parameters stay, so that workers of the version before go on with the better one, else beside it.
struct PostgresMigration: Sendable {
  /// Its number, from 1 without gaps.
  let number: Int
  /// What it brings.
  let name: String
  /// Its statements, in the ledger's schema.
  let sql: String

  /// Every step from an empty database to the present schema.
  static let all = [
    PostgresMigration(
      number: 1, name: "requests, decisions and outstanding sessions",
      sql: [
        PostgresTables.create, PostgresTables.views, ClaimFunction.create, RenewFunction.createFirst, RecordFunction.create,
        RecordFunction.createPublish, LeaseFunction.create, PollFunction.create, PollFunction.createPublish, UpkeepFunction.createFirst,
      ].joined(separator: "\n")),
    PostgresMigration(
      number: 2, name: "replays",
      sql: [
        ReplayTables.create, ReplayTables.views, ReplayingClaimFunction.create, ReplayProgressFunction.create, ReplayClaimFunction.create,
        ReplayReadFunction.create,
      ].joined(separator: "\n")),
    PostgresMigration(
      number: 3, name: "ends of erased URLs", sql: [RenewFunction.create, UpkeepFunction.createErase].joined(separator: "\n")),
  ]
}

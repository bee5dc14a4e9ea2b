/// The ledger's two name tables.
struct LedgerNames: Sendable {
  /// Merchant ids.
  var merchants = NameTable(table: "merchant")
  /// Topic names.
  var topics = NameTable(table: "topic")
}

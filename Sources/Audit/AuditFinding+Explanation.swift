import CheckoutSession

extension AuditFinding {
  /// What is wrong, for people, on one line; without the place.
  public var explanation: String {
    switch code {
    case .replyMissing: "has no reply of its own, though it is consumed or the ledger has its reply as published"
    case .deadLetterMissing: "its reply says that it was rejected or given up, but it has no dead letter"
    case .deadLetterWithoutRequest: "names \(otherText), where the request topic has no record"
    case .unreadableRecord: "is not what belongs into its topic, so it was not judged"
    case .historyTooLong: "too many records under one identity; those behind the first \(IdentityHistory.entriesMax) were not judged"
    case .twoLiveURLs: "publishes a second URL while that of \(otherText) was alive"
    case .replyChanged: "differs from the reply at \(otherText), which it repeats"
    case .ledgerDisagrees: "says something else than the ledger does of this generation"
    case .unknownToLedger: "the ledger does not know its request, and cannot have forgotten it yet"
    case .endMissing: "its session is over, but no terminal event says so"
    case .secondEnd: "tells of another end than \(otherText)"
    case .eventAfterEnd: "follows the terminal event at \(otherText)"
    case .eventWithoutSession: "tells of a session that neither a reply nor the ledger knows"
    case .committedTooEarly: "its offset is committed, but it has no reply, and the ledger has none as published"
    case .shortLivedURL: "publishes a URL with too little lifetime left"
    }
  }

  private var otherText: String { other?.description ?? "another record" }
}

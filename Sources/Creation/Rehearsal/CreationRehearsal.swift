import CheckoutSession
import Records
import Stage

/// Finds out what the create stage would do with request records, by running its own code: intake, the ledger's claim, the rules for old replies and for requests that
/// nobody waits for. Nothing is sent, recorded or published.
///
/// What it says holds for requests that are taken now; what the gateway would answer is not its business.
public struct CreationRehearsal: Sendable {
  private let configuration: CreationConfiguration
  private let ledger: any ClaimRehearsal
  private let wallClock: WallClock

  /// - Parameter configuration: the same as the create stage's.
  public init(configuration: CreationConfiguration, ledger: any ClaimRehearsal, wallClock: WallClock = .system) {
    self.configuration = configuration
    self.ledger = ledger
    self.wallClock = wallClock
  }

  /// A result for each record, in order, as if they came in this order and nothing else did. The second record of an identity finds what the first one would have left.
  public func rehearse(_ records: [StoredRecord]) async throws(LedgerFailure) -> [RehearsedRequest] {
    guard !records.isEmpty else { return [] }
    let now = wallClock.now()
    var intake = Intake(merchants: configuration.merchants, routing: configuration.routing)
    // The stage's own gate would count these records among those that it works on; nobody waits at this one.
    let taken = intake.read(BatchInProgress(RecordBatch(records), gate: CapacityGate()), at: now)
    let claims = taken.claimable.compactMap(\.claim)
    precondition(claims.count == taken.claimable.count, "a request reached the claim without having been read")
    let outcomes = claims.isEmpty ? [] : try await ledger.rehearse(claims, at: now)

    var results: [RehearsedRequest?] = Array(repeating: nil, count: records.count)
    var judge = RehearsalJudge(lifetime: LifetimePolicy(configuration), now: now)
    for settlement in taken.rejected {
      let request = settlement.request.incoming
      results[request.recordIndex] = RehearsedRequest(request, RehearsalJudge.ending(of: settlement))
    }
    for (request, outcome) in zip(taken.claimable, outcomes) {
      results[request.incoming.recordIndex] = RehearsedRequest(request.incoming, judge.ending(of: request, outcome))
    }
    return results.compactMap { $0 }
  }
}

extension RehearsedRequest {
  fileprivate init(_ request: IncomingRequest, _ ending: Ending) {
    self.init(identity: request.identity, mode: request.mode, ending: ending)
  }
}

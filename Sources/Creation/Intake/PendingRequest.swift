import CheckoutSession

/// One request on its way through the stage, from intake to acknowledgement.
struct PendingRequest: Sendable {
  /// What came.
  let incoming: IncomingRequest
  /// The ledger's name of the generation that is worked on.
  var key: ClaimKey?
  /// What the attempts so far came to.
  var attempts = AttemptHistory()
  /// Whether the record no longer counts against its batch's place, because it waits or has waited for what may take long (``WaivedPlaces``).
  var isPutOff = false

  init(_ incoming: IncomingRequest) { self.incoming = incoming }

  /// ``IncomingRequest/identity``.
  var identity: RequestIdentity { incoming.identity }

  /// The claim to make for it; nil if it could not be read.
  var claim: RequestClaim? {
    guard let bodyHash = incoming.bodyHash, let mode = incoming.mode else { return nil }
    let replay = incoming.headers.replay
    return RequestClaim(
      identity: identity, bodyHash: bodyHash, mode: mode, merchantTransactionID: incoming.merchantTransactionID,
      replayCount: replay?.count ?? 0, replaces: replay?.replaces, wantsNewSession: replay?.wantsNewSession ?? false,
      source: incoming.coordinate)
  }
}

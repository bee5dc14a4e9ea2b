import CheckoutSession
import Synchronization

/// Which identities this process is working on, and which requests wait behind them.
///
/// Without it two records of one identity in two batches would both be claimed (the second as *in doubt*) and both be sent: harmless, because
/// the ledger lets only one of them be published, but it would make a session that nobody needs.
///
/// Locked once per batch or group, not once per record.
final class InFlightIdentities: Sendable {
  private let followers = Mutex<[RequestIdentity: [PendingRequest]]>([:])
  private let waivedPlaces: WaivedPlaces

  init(waivedPlaces: WaivedPlaces) { self.waivedPlaces = waivedPlaces }

  /// Takes the identities of `requests`; gives back those that got theirs. The others wait behind the one that has it, and do without their batch's
  /// place: the one in front may be held for as long as its merchant's configuration is wrong.
  func acquire(_ requests: [PendingRequest]) -> [PendingRequest] {
    var freed: [BatchInProgress] = []
    let mine = followers.withLock { followers in
      requests.filter { request in
        // One look-up decides: the value that was there, if any, comes back.
        guard var behind = followers.updateValue([], forKey: request.identity) else { return true }
        var follower = request
        if let source = waivedPlaces.waive(&follower) { freed.append(source) }
        behind.append(follower)
        followers[request.identity] = behind
        return false
      }
    }
    for source in freed { source.letGo(1) }
    return mine
  }

  /// Gives identities up and takes out the requests that waited behind each, if any did.
  func release(_ identities: some Sequence<RequestIdentity>) -> [RequestIdentity: [PendingRequest]] {
    followers.withLock { followers in
      var waited: [RequestIdentity: [PendingRequest]] = [:]
      for identity in identities {
        if let behind = followers.removeValue(forKey: identity), !behind.isEmpty { waited[identity] = behind }
      }
      return waited
    }
  }
}

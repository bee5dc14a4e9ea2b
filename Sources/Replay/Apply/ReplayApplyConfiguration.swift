import CheckoutSession
import Pacing

/// What one `replay apply` is to do, and how fast.
public struct ReplayApplyConfiguration: Sendable {
  /// Where requests are sent (`kafka.topics.requests`).
  public var requestsTopic: String
  /// SHA-256 of the plan file's bytes.
  public var planHash: BodyHash
  /// Who applies it, by the system's user name.
  public var user: String
  /// On which host.
  public var host: String
  /// Records per second (`--rate`), within `Quota.requestsPerSecondRange`.
  public var requestsPerSecond: Double
  /// How many are sent first, and their replies waited for (`--canary`); 0: none.
  public var canaryCount: Int
  /// How long without any reply before no more are waited for (`--reply-timeout`).
  public var replyTimeout: Duration
  /// `replay.maxAttempts`; nil with `--force`.
  public var attemptsMax: Int?
  /// `replay.leaseDuration`.
  public var leaseDuration: Duration
  /// How many records are followed that other runs have sent: their replies are waited for. The others count as not answered.
  public var followedMax = 100_000

  /// Makes a configuration.
  public init(
    requestsTopic: String, planHash: BodyHash, user: String, host: String, requestsPerSecond: Double = 10, canaryCount: Int = 5,
    replyTimeout: Duration = .seconds(60), attemptsMax: Int? = 3, leaseDuration: Duration = .seconds(15)
  ) {
    self.requestsTopic = requestsTopic
    self.planHash = planHash
    self.user = user
    self.host = host
    self.requestsPerSecond = requestsPerSecond
    self.canaryCount = max(0, canaryCount)
    self.replyTimeout = replyTimeout
    self.attemptsMax = attemptsMax
    self.leaseDuration = leaseDuration
  }

  /// How many records are claimed and not yet noted as sent at most: what a crash leaves in doubt. Half a second's worth: the two transactions and the
  /// acknowledgements of a batch fit in between even on a slow disk that the workers keep busy. Never more than are made ready together; then the burst makes up
  /// for that time.
  public var batchMax: Int { Int(max(1, min(Double(Self.chunkMax), requestsPerSecond / 2))) }
  /// How many records are sent and not yet answered at most, so that replays never fill the workers.
  public var inFlightMax: Int { max(200, Int(min(100_000, requestsPerSecond * 10))) }
  /// How many lines are made ready together: a request may be 1 MiB, and two such lots are in memory, that which is sent and the one after it.
  public static let chunkMax = 100
  /// How long one publication may take. With a third of the lease for it, and the lease renewed every third, what was published has come or failed
  /// long before another run may think this one dead.
  public var publishTimeout: Duration { leaseDuration / 3 }
  /// How much of the lease must be left for a publication to begin: its time and an eighth of the lease to spare.
  var leaseNeeded: Duration { publishTimeout + leaseDuration / 8 }

  /// A quarter of a second's worth makes up for the two transactions between batches. What stands still for longer is not made up for: who asks for a rate wants
  /// the gateway spared.
  var quota: Quota { Quota(requestsPerSecond: requestsPerSecond, burst: max(1, Int(requestsPerSecond / 4))) }
}

/// What the worker would do with a request record, found out by its own code without any effect.
public struct RehearsedRequest: Hashable, Sendable {
  /// How it would end, as far as the worker decides that and not the gateway.
  public enum Ending: Hashable, Sendable {
    /// Rejected before the gateway is asked.
    case rejected(ReplyError)
    /// Its `ce_expirytime` has passed.
    case expired
    /// The identity stands for another body.
    case conflict
    /// The reply that was given before is given again: its session may still be open, until the moment given, or has completed (nil).
    case answered(generation: Int, until: Timestamp?)
    /// The gateway is asked for a session, under this generation; not before the moment given, when the URL that was published last is surely dead.
    case sent(generation: Int, notBefore: Timestamp? = nil)
  }

  /// Merchant and request id, as the worker names the request.
  public var identity: RequestIdentity
  /// The request's mode, if it could be read.
  public var mode: SessionMode?
  /// How it would end.
  public var ending: Ending

  /// Makes a result.
  public init(identity: RequestIdentity, mode: SessionMode?, ending: Ending) {
    self.identity = identity
    self.mode = mode
    self.ending = ending
  }
}

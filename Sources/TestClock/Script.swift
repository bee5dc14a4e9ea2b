import Synchronization

/// What a test makes a fake do.
///
/// The closure stands in a struct: taken out of a mutex by itself it would be wrapped once more each time, until calling it overflows the stack.
public final class Script<Body: Sendable>: Sendable {
  private struct Holder { var body: Body }
  private let state: Mutex<Holder>

  /// A script that says `body` until it is changed.
  public init(_ body: Body) { state = Mutex(Holder(body: body)) }

  /// What it says now.
  public var body: Body {
    get { state.withLock { $0.body } }
    set { state.withLock { $0 = Holder(body: newValue) } }
  }
}

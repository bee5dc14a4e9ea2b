import Synchronization

/// Where the parts of a service find the service they report to: it exists before the service does, and does not keep it alive, because the service owns the parts.
public final class WeakReference<Object: AnyObject & Sendable>: Sendable {
  private struct Box { weak var object: Object? }
  private let box = Mutex(Box())

  /// A reference to nothing.
  public init() {}

  /// What it refers to; nil before ``bind(_:)`` and once that has ended.
  public var object: Object? { box.withLock { $0.object } }

  /// Refers to `object` from now on.
  public func bind(_ object: Object) { box.withLock { $0.object = object } }
}

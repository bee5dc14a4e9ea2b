/// Values under small, reused numbers: what a call that is out there stands for, without a hash table on the hot path.
public struct SlotTable<Value: Sendable>: Sendable {
  @usableFromInline var slots: [Value?] = []
  @usableFromInline var free: [Int] = []

  /// How many values there are.
  @inlinable public var count: Int { slots.count - free.count }

  /// An empty table.
  @inlinable public init() {}

  /// Keeps a value and names it.
  @inlinable
  public mutating func insert(_ value: Value) -> UInt64 {
    if let index = free.popLast() {
      slots[index] = value
      return UInt64(index)
    }
    slots.append(value)
    return UInt64(slots.count - 1)
  }

  /// Looks at a value, or changes it in place; nil for a name that stands for nothing.
  @inlinable public subscript(_ id: UInt64) -> Value? {
    get { id < UInt64(slots.count) ? slots[Int(id)] : nil }
    _modify {
      precondition(id < UInt64(slots.count), "a slot that was never given out")
      yield &slots[Int(id)]
    }
  }

  /// Takes a value out and frees its name.
  @inlinable
  public mutating func remove(_ id: UInt64) -> Value? {
    guard id < UInt64(slots.count), let value = slots[Int(id)] else { return nil }
    slots[Int(id)] = nil
    free.append(Int(id))
    return value
  }

  /// Takes all values out.
  @inlinable
  public mutating func removeAll() -> [Value] {
    defer {
      slots = []
      free = []
    }
    return slots.compactMap { $0 }
  }
}

/// Lets one through at a time, in the order in which they came.
actor Turnstile {
  private var last: Task<Void, Never>?

  func pass<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let before = last
    let task = Task {
      await before?.value
      return try await body()
    }
    last = Task { _ = try? await task.value }
    return try await task.value
  }
}

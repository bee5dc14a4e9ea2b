/// A line at the bottom of a terminal that says how far a command is. Nothing elsewhere: a log file has the result.
enum ProgressLine {
  /// How often it is written anew.
  static let interval: Duration = .milliseconds(200)

  /// Does the work, and shows the line meanwhile if standard output is a terminal.
  /// - Parameters:
  ///   - isShown: false: not even there, because standard output is for a program.
  ///   - text: what the line says.
  static func showing<Value: Sendable>(
    _ isShown: Bool, _ text: @escaping @Sendable () -> String, during work: () async throws -> Value
  ) async rethrows -> Value {
    guard isShown, StandardStreams.outputIsTerminal else { return try await work() }
    let display = Task {
      while !Task.isCancelled {
        StandardStreams.writeRaw("\r\u{1B}[K" + text() + "\r")
        try? await ContinuousClock().sleep(for: interval)
      }
      StandardStreams.writeRaw("\r\u{1B}[K")
    }
    do {
      let value = try await work()
      await end(display)
      return value
    } catch {
      await end(display)
      throw error
    }
  }

  private static func end(_ display: Task<Void, Never>) async {
    display.cancel()
    await display.value
  }
}

import CheckoutSession

extension ReplaySender {
  /// Waits for the canary's replies once all of it is sent.
  mutating func closeCanaryIfSent() async throws {
    if canaryLeft == 0 { try await closeCanary() }
  }

  /// Waits for the replies to what is sent of the canary, and goes on only if each is as predicted. One that never comes says that no worker is at work, not
  /// that the plan is wrong.
  mutating func closeCanary() async throws {
    guard canaryLeft != nil else { return }
    canaryLeft = nil
    guard context.progress.canary.sent > 0 else { return }
    pauseSending()
    let progress = context.progress
    let isAnswered = try await context.awaitAnswers {
      progress.canary.answered == progress.canary.sent
    }
    let silent = isAnswered ? [] : context.flights.unanswered.filter(\.isCanary)
    if !isAnswered { context.observe(.canarySilent(silent.map(\.entry))) }
    guard !progress.canary.isFailed else { throw ReplayStop.canaryFailed }
    guard isAnswered else { throw ReplayStop.noReplies(inFlight: silent.count) }
    context.observe(.canaryPassed(progress.canary.sent))
  }
}

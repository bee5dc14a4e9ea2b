import CheckoutSession

extension ReplaySender {
  /// Waits for the canary's replies once all of it is sent.
  mutating func closeCanaryIfSent() async throws {
    if canaryLeft == 0 { try await closeCanary() }
  }

  /// Waits for the replies to what is sent of the canary, and goes on only if each is as predicted.
  mutating func closeCanary() async throws {
    guard canaryLeft != nil else { return }
    canaryLeft = nil
    guard context.progress.canary.sent > 0 else { return }
    pauseSending()
    let progress = context.progress
    let isAnswered = try await context.awaitAnswers {
      progress.canary.answered == progress.canary.sent
    }
    if !isAnswered { context.observe(.canarySilent(context.flights.unanswered.filter(\.isCanary).map(\.entry))) }
    guard isAnswered, !progress.canary.isFailed else { throw ReplayStop.canaryFailed }
    context.observe(.canaryPassed(progress.canary.sent))
  }
}

import CheckoutSession

extension ReplaySender {
  /// Waits for the canary's replies if all of it is sent. Called when there is something more to be done, and before it is.
  mutating func closeCanaryIfSent() async throws {
    if canaryLeft == 0 { try await closeCanary() }
  }

  /// Waits for the replies to what is sent of the canary, and goes on only if each is as predicted. One that never comes says that no worker is at work, not
  /// that the plan is wrong.
  private mutating func closeCanary() async throws {
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

  /// Waits for the last replies, when nothing is left to be sent. A canary that is still open has no rest to hold back: what is not answered of it is told of like
  /// any other, and what is not as predicted fails it as ever.
  mutating func awaitLastReplies() async throws {
    let (flights, progress) = (context.flights, context.progress)
    let isCanaryOpen = canaryLeft != nil && progress.canary.sent > 0
    canaryLeft = nil
    guard isCanaryOpen || flights.count > 0 else { return }
    if !isCanaryOpen { context.observe(.allSent(unanswered: flights.count)) }
    let isAnswered = try await context.awaitAnswers { flights.count == 0 }
    guard isCanaryOpen else { return }
    guard !progress.canary.isFailed else { throw ReplayStop.canaryFailed }
    if isAnswered { context.observe(.canaryPassed(progress.canary.sent)) }
  }
}

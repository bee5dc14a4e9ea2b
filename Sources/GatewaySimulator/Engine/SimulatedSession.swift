import CheckoutSession

/// One session. Everything that will happen to it is decided when it is made, so its status is a function of the time and no timer, no
/// poll and no restart of a clock can lose it. All times are nanoseconds since 1970 in real time, scaled already.
struct SimulatedSession {
  let id: UInt128
  let key: StableKey
  let attempt: UInt32
  let mode: SessionMode
  /// In lower case.
  let merchantID: String
  let merchantTransactionID: String?
  let amountCents: Int64?
  let paymentMethodID: String?
  /// Whether its completion is reported in the flat shape.
  let isFlat: Bool
  let fault: FaultKind?

  let createdAt: Int64
  /// From then on a GET finds it.
  let visibleAt: Int64
  /// When ACCEPTED becomes CREATED; not before `endsAt` means never.
  let usableAt: Int64
  /// When ``endStatus`` begins.
  let endsAt: Int64
  let expiresAt: Int64
  let endStatus: SimulatedStatus

  var polls: UInt32 = 0
  var answer: AnswerFate = .pending

  func status(at now: Int64) -> SimulatedStatus {
    if now >= endsAt { return endStatus }
    return now >= usableAt ? .created : .accepted
  }

  /// What has happened so far and when, in order.
  func history(until now: Int64) -> [(status: SimulatedStatus, at: Int64)] {
    var history: [(SimulatedStatus, Int64)] = [(.accepted, createdAt)]
    if usableAt < endsAt, now >= usableAt { history.append((.created, usableAt)) }
    if now >= endsAt { history.append((endStatus, endsAt)) }
    return history
  }
}

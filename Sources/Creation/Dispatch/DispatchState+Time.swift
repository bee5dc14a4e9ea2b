import CheckoutSession
import Pacing

// One call that stands for no request: it asks the gateway what time it is, and takes its turn and its part of the quota like any other.
extension DispatchState {
  /// Its place in the pacer; no request ever has it.
  static let timeSlot = UInt64.max

  /// Has the gateway asked for its time; does nothing while it is being asked.
  mutating func askTime() {
    guard timeAsker == nil, !isDraining else { return }
    let merchant = holds.firstIndex { $0 == nil } ?? 0
    timeAsker = merchant
    pacer.submit(Self.timeSlot, merchant: merchant)
  }

  /// Its answer has come, or none ever will. What it says of the gateway's state the calls for requests say better.
  mutating func endTimeCall(now: Duration) {
    guard let merchant = timeAsker else { return }
    timeAsker = nil
    pacer.finished(merchant: merchant, .failed, now: now)
  }

  /// Takes back what has not started: the requests among it. The time is asked for anew by who still waits for it.
  mutating func takeBackAll() -> [UInt64] {
    var slots = pacer.removeAll()
    if let index = slots.firstIndex(of: Self.timeSlot) {
      slots.remove(at: index)
      timeAsker = nil
    }
    return slots
  }
}

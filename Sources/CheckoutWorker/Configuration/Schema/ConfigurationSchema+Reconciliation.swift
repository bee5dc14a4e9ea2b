import CheckoutSession
import Reconciliation

extension ConfigurationSchema {
  /// `reconciliation.*`.
  static let reconciliationEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "reconciliation.leaseDuration", \.reconciliation.leaseDuration, .duration(in: .seconds(1) ... .seconds(3600)), of: draft,
        "How long a reconciler keeps the sessions that it has taken to itself; those of a killed one are polled by others after it. Longer than a poll can last."
      ),
      ConfigurationEntry(
        "reconciliation.grace", \.reconciliation.grace, .duration(in: .zero ... .seconds(600)), of: draft,
        "How long after its deadline a session is polled for the last time: what is not over by then has timed out. At least `gateway.requestTimeout`, unless `gateway.timeScale` is more than 1."
      ),
      ConfigurationEntry(
        "reconciliation.unresolvedAfter", \.reconciliation.unresolvedAfter, .duration(in: .seconds(60) ... .seconds(30 * 86_400)),
        of: draft,
        "How long after its deadline a session that the gateway gives no answer about is reported as `UNRESOLVED`. It is polled on, and the true status may follow."
      ),
      ConfigurationEntry(
        "reconciliation.share", \.reconciliation.share, .number(in: 0.05...0.9), of: draft,
        "The part of `gateway.quota` that polling always gets when it wants it; the rest is creation's. What one does not want, the other may use."
      ),
      ConfigurationEntry(
        "reconciliation.batchMax", \.reconciliation.batchMax, .integer(in: 1...10_000), of: draft,
        "Most sessions that a reconciler takes at once; with it grows the memory it needs, whatever the number outstanding."),
    ] + scheduleRows().map { $0.lifted(into: \.reconciliation.schedule.standard, prefix: schedulePrefix + "default.") }
  }()

  /// `reconciliation.schedule.<mode>.*`: the rows of ``scheduleRows(_:)`` for each mode.
  static let modeScheduleEntries: [ConfigurationEntry<ConfigurationDraft>] = SessionMode.allCases.flatMap { mode in
    scheduleRows().map { row in
      row.deferred(into: \.modeSchedules[mode], prefix: "\(schedulePrefix)\(name(of: mode)).", checkedOn: PollSchedule())
    }
  }

  /// What stands before the name of a mode.
  static let schedulePrefix = "reconciliation.schedule."

  /// Keys of one schedule, without `reconciliation.schedule.<mode>.`; the defaults are those of `schedule`.
  static func scheduleRows(_ schedule: PollSchedule = PollSchedule()) -> [ConfigurationEntry<PollSchedule>] {
    [
      ConfigurationEntry(
        "firstPoll", \.firstPoll, .duration(in: .zero ... .seconds(600)), of: schedule,
        "From a session's creation to its first poll, and the shortest wait between polls until the gateway says `CREATED`."),
      ConfigurationEntry(
        "interval", \.interval, .duration(in: .seconds(1) ... .seconds(3600)), of: schedule,
        "The shortest wait between polls once a session can be used."),
      ConfigurationEntry(
        "growth", \.growth, .number(in: 1...10), of: schedule,
        "How the waits grow: at each poll the session is this many times as old as at the one before."),
      ConfigurationEntry(
        "intervalMax", \.intervalMax, .duration(in: .seconds(1) ... .seconds(3600)), of: schedule,
        "The longest wait between polls. At least `interval`."),
      ConfigurationEntry(
        "deadlineWindow", \.deadlineWindow, .duration(in: .zero ... .seconds(840)), of: schedule,
        "How long before its deadline a session is polled more often again. Just after the deadline it is polled in any case."),
      ConfigurationEntry(
        "deadlineInterval", \.deadlineInterval, .duration(in: .seconds(1) ... .seconds(600)), of: schedule,
        "The wait between polls from there on, until the last poll (`reconciliation.grace`)."),
    ]
  }

  /// What a mode has in place of the default of all modes when nothing is given, by the last part of its key, as it would stand in a file.
  static func ownScheduleDefaults(of mode: SessionMode) -> [(key: String, text: String)] {
    guard let schedule = PollSchedules().modes[mode] else { return [] }
    return zip(scheduleRows(schedule), scheduleRows()).compactMap { own, common in
      guard let text = own.defaultText, text != common.defaultText else { return nil }
      return (own.key, text)
    }
  }

  /// How a key names a mode: `PAYMENT_WITH_WALLET` is `paymentWithWallet`.
  static func name(of mode: SessionMode) -> String {
    let words = mode.rawValue.lowercased().split(separator: "_")
    return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }
}

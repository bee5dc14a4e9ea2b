import CheckoutSession
import Reconciliation

extension ConfigurationResolver {
  /// `reconciliation.*`: what must outlast what.
  mutating func resolveReconciliation() -> WorkerConfiguration.Reconciliation {
    var reconciliation = draft.reconciliation
    reconciliation.schedule = resolveSchedules(reconciliation.schedule.standard)
    checkLease(reconciliation.leaseDuration)
    if reconciliation.unresolvedAfter <= reconciliation.grace {
      reportContradiction(
        "reconciliation.unresolvedAfter", with: "reconciliation.grace",
        "a session cannot be given up before its last poll, \(DurationText.text(of: reconciliation.grace)) after its deadline")
    }
    // A simulator's time runs faster, but its answers do not come faster.
    let answer = draft.gateway.requestTimeout
    if draft.gateway.timeScale == 1, reconciliation.grace < answer {
      reportContradiction(
        "reconciliation.grace", with: "gateway.requestTimeout",
        "expected at least \(DurationText.text(of: answer)), got \(DurationText.text(of: reconciliation.grace)): the gateway may have made a session "
          + "that much later than its request left, so one that still works would be called TIMED_OUT")
    }
    return reconciliation
  }

  /// A mode has what is given for it, then what ``PollSchedules`` has for it alone, then what applies to all modes.
  private mutating func resolveSchedules(_ standard: PollSchedule) -> PollSchedules {
    let builtIn = PollSchedules()
    var schedules = PollSchedules(standard: standard, modes: [:])
    checkIntervals(standard, of: "default")
    for mode in SessionMode.allCases {
      let given = draft.modeSchedules[mode]
      guard !given.isEmpty || builtIn.modes[mode] != nil else { continue }
      var schedule = standard
      let own = ConfigurationSchema.ownScheduleDefaults(of: mode).map { ($0.key, ConfigurationValue.scalar($0.text)) }
      let values = Dictionary(own, uniquingKeysWith: { $1 }).merging(given) { $1 }
      for row in ConfigurationSchema.scheduleRows() {
        if let value = values[row.key] { _ = row.apply(value, &schedule) }
      }
      checkIntervals(schedule, of: ConfigurationSchema.name(of: mode))
      schedules.modes[mode] = schedule
    }
    return schedules
  }

  private mutating func checkIntervals(_ schedule: PollSchedule, of name: String) {
    guard schedule.intervalMax < schedule.interval else { return }
    let prefix = ConfigurationSchema.schedulePrefix + name
    reportContradiction(
      "\(prefix).intervalMax", with: "\(prefix).interval",
      "\(DurationText.text(of: schedule.intervalMax)) is shorter than \(DurationText.text(of: schedule.interval))")
  }

  /// Beside one poll a lease must last for the wait for its turn, for the ledger and for the broker.
  private static let leaseReserve: Duration = .seconds(10)

  private mutating func checkLease(_ lease: Duration) {
    let poll = draft.gateway.connectTimeout + draft.gateway.requestTimeout
    guard lease < poll + Self.leaseReserve else { return }
    let (least, reserve) = (DurationText.text(of: poll + Self.leaseReserve), DurationText.text(of: Self.leaseReserve))
    reportContradiction(
      "reconciliation.leaseDuration", with: "gateway.requestTimeout",
      "expected at least \(least), which is gateway.connectTimeout and gateway.requestTimeout together and \(reserve) more: else another "
        + "reconciler polls the same session")
  }
}

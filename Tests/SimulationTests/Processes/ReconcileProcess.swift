import CheckoutSession
import Pacing
import Stage

@testable import Reconciliation

/// A reconciler: the reconcile stage's own dispatch, judge, table and schedule, and instead of the service's tasks a list of steps between which the world may do
/// anything. Its order of steps is that of `ReconciliationService`; the crash points with the real service are the check of that.
final class ReconcileProcess: SimulatedProcess {
  enum Step {
    case results([ReadSessionResult])
    case wake
    case record([Reconciliation.Settlement])
    case recorded([Reconciliation.Settlement], [Bool])
    case publish([Reconciliation.Settlement])
    case mark([Reconciliation.Settlement])
    case release([HandBack])
  }

  static let batchMax = 4

  let place: Int
  let life: Int
  unowned let world: World
  var frozenUntil: Int64 = 0
  var steps = StepQueue<Step>()
  var dispatch: PollDispatchState
  var inHandKeys: [ClaimKey] = []
  var leasedAgain: [ClaimKey: SessionLease.Token] = [:]
  var publications: [Int: [Reconciliation.Settlement]] = [:]
  var lastPublication = 0
  var lookAgainAt: Int64 = 0
  let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(5))
  let mutation: Mutation?

  init(place: Int, life: Int, world: World, mutation: Mutation?) {
    self.place = place
    self.life = life
    self.world = world
    self.mutation = mutation
    dispatch = PollDispatchState(
      Self.configuration, run: .watch, seed: world.chance.seed(), now: world.time, wallNow: world.wall)
  }

  /// Polls come further apart than they should, and sessions are unresolved sooner, because a world is to end soon; the schedule itself is measured elsewhere.
  static let configuration: ReconciliationConfiguration = {
    let schedule = PollSchedule(firstPoll: .seconds(4), interval: .seconds(150), growth: 2, intervalMax: .seconds(400))
    return ReconciliationConfiguration(
      pacer: PacerConfiguration(quota: .unlimited, retryBudget: .unlimited, adaptation: .fixed), merchantIDs: [LoggedRequest.merchantID],
      source: "/simulation", batchMax: batchMax, unresolvedAfter: .seconds(120), creationUncertainty: .milliseconds(Flight.callTimeout),
      schedule: PollSchedules(standard: schedule, modes: [:]))
  }()

  /// When the create stage has sessions polled for the first time.
  static let firstPollAfter = configuration.firstPollAfter

  // MARK: - Being scheduled

  var inHand: Int { inHandKeys.count }

  var nextAt: Int64 {
    var next = steps.next
    if inHandKeys.count < Self.batchMax, let due = world.ledger.nextDueAt {
      next = min(next, max(world.milliseconds(due), lookAgainAt))
    }
    return max(next, frozenUntil)
  }

  var choices: Int {
    guard frozenUntil <= world.now else { return 0 }
    return steps.count(at: world.now) + (canLook ? 1 : 0)
  }

  func take(_ choice: Int) {
    if let step = steps.take(choice, at: world.now) { run(step) } else { look() }
  }

  private var canLook: Bool {
    guard inHand < Self.batchMax, lookAgainAt <= world.now, let due = world.ledger.nextDueAt else { return false }
    return due <= world.wall
  }

  private func run(_ step: Step) {
    switch step {
    case .results(let results): change { $0.take(results, now: $1, wallNow: $2, into: &$3) }
    case .wake: change { _, _, _, _ in }
    case .record(let group): record(group)
    case .recorded(let group, let results): take(group, results)
    case .publish(let group): publish(group)
    case .mark(let group): mark(group)
    case .release(let handedBack): release(handedBack)
    }
  }

  // MARK: - Leasing and asking: `ReconciliationService+Work` and `PollDispatcher`

  private func look() {
    lookAgainAt = world.now + 100
    let wall = world.wall
    let limit = Self.batchMax - inHand
    let until = wall + Self.configuration.leaseDuration
    guard let lease = world.callLedger({ $0.leaseDue(now: wall, until: until, limit: limit) }) else { return }
    world.note("\(name) leases \(lease.sessions.map { "\($0.sessionID.rawValue.suffix(2)) \($0.status)" }) as \(lease.token.rawValue)")
    let taken = lease.sessions.filter { session in
      let isNew = !inHandKeys.contains(session.key)
      if isNew { inHandKeys.append(session.key) } else { leasedAgain[session.key] = lease.token }
      return isNew
    }
    let held = HeldLease(token: lease.token, ends: lease.until)
    var toPoll: [PolledSession] = []
    var republished: [Reconciliation.Settlement] = []
    for session in taken {
      let moment = dispatch.moment(wall, of: session)
      if let settlement = dispatch.judge.republication(of: session, under: held, at: moment, using: &dispatch.generator) {
        republished.append(settlement)
      } else {
        toPoll.append(PolledSession(session, under: held, merchantIndex: 0))
      }
    }
    settle(republished)
    if !toPoll.isEmpty { change { $0.submit(toPoll, now: $1, wallNow: $2, into: &$3) } }
  }

  func change(_ body: (inout PollDispatchState, Duration, Timestamp, inout PollActions) -> Void) {
    var actions = PollActions()
    actions.wallStep = dispatch.steps.notice(now: world.time, wallNow: world.wall)
    body(&dispatch, world.time, world.wall, &actions)
    dispatch.release(now: world.time, wallNow: world.wall, into: &actions)
    for call in actions.calls {
      world.note("\(name) GETs \(call.sessionID.rawValue.suffix(2))")
      world.launch(.get(id: call.id, call.sessionID), by: self)
    }
    if let wakeAt = actions.wakeAt { steps.add(.wake, at: World.milliseconds(wakeAt)) }
    settle(actions.settlements)
    guard !actions.handedBack.isEmpty else { return }
    let handedBack = actions.handedBack
    steps.add(.release(handedBack + again(handedBack.map { ($0.key, $0.dueAt) })), at: world.now)
  }

  var name: String { "R\(place).\(life)" }
}

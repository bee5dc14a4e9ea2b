import CheckoutSession
import Pacing
import Records
import Stage

@testable import Creation

/// A worker: the create stage's own parts (intake, identities, dispatch, lifetimes, composer), and instead of the service's tasks a list of steps between which
/// the world may do anything. Its order of steps is that of `CreationService`; the crash points with the real service are the check of that.
final class CreateProcess: SimulatedProcess {
  enum Step {
    case claim([PendingRequest])
    case claimed([PendingRequest], [ClaimOutcome])
    case record([Creation.Settlement])
    case recorded([Creation.Settlement], [Int], [RecordedDecision])
    case mark(SettlementOutcome)
    case marked(SettlementOutcome)
    case renew([Creation.Settlement])
    case renewed([Creation.Settlement], [ClaimKey?])
    case again([Creation.Settlement])
    case putOffEnds([UInt64])
    case answer(CreateSessionResult)
    case wake
    case commit
  }
  /// What this process believes to own of a partition, and how far it is.
  struct Assignment {
    var epoch: UInt64
    var position: Int
    var watermark: Int
    var finished: Set<Int> = []
  }
  /// A publication that is not acknowledged, and which of its records belong to which settlement.
  struct Publication {
    var settlements: [Creation.Settlement]
    var firstRecord: [Int]
    var outcome: SettlementOutcome
  }

  static let batchesMax = 2
  static let groupsMax = 2

  let place: Int
  let life: Int
  unowned let world: World
  var frozenUntil: Int64 = 0
  var inHand = 0
  var steps = StepQueue<Step>()
  var assignments: [Assignment?]
  /// A partition with records that were not taken yet.
  private var readable: Int?
  var intake: Intake
  let places: WaivedPlaces
  let identities: InFlightIdentities
  let putOffRequests: PutOffRequests
  var dispatch: DispatchState
  let gate = CapacityGate()
  /// While an outage lasts no records are taken.
  var intakeStops = 0
  let lifetime: LifetimePolicy
  let composer: ReplyComposer
  var queue: [Creation.Settlement] = []
  var groups = 0
  var publications: [Int: Publication] = [:]
  var lastPublication = 0
  let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(5))
  /// A mistake that is put in on purpose.
  let mutation: Mutation?

  init(place: Int, life: Int, world: World, mutation: Mutation?) {
    self.place = place
    self.life = life
    self.world = world
    self.mutation = mutation
    let configuration = Self.configuration
    assignments = Array(repeating: nil, count: world.log.partitions.count)
    intake = Intake(merchants: configuration.merchants, routing: configuration.routing)
    places = WaivedPlaces(max: configuration.putOffMax)
    identities = InFlightIdentities(waivedPlaces: places)
    putOffRequests = PutOffRequests(waivedPlaces: places)
    dispatch = DispatchState(
      pacer: configuration.pacer, merchantsCount: configuration.merchants.ids.count, policy: configuration.attempts, waivedPlaces: places,
      seed: world.chance.seed(), now: world.time)
    lifetime = LifetimePolicy(configuration)
    composer = ReplyComposer(routing: configuration.routing, payload: .reference)
  }

  static let configuration: CreationConfiguration = {
    var configuration = CreationConfiguration(
      attempts: AttemptPolicy(attemptsMax: 3),
      pacer: PacerConfiguration(quota: .unlimited, retryBudget: .unlimited, adaptation: .fixed),
      routing: ReplyRouting(repliesTopic: "replies", deadLettersTopic: "letters", consumerGroup: "workers"),
      merchants: MerchantDirectory(ids: [LoggedRequest.merchantID], defaultIndex: 0))
    configuration.firstPollAfter = ReconcileProcess.firstPollAfter
    return configuration
  }()

  // MARK: - Being scheduled

  var nextAt: Int64 { max(canTakeBatch ? world.now : steps.next, frozenUntil) }

  var choices: Int {
    guard frozenUntil <= world.now else { return 0 }
    return steps.count(at: world.now) + (canTakeBatch ? 1 : 0)
  }

  func take(_ choice: Int) {
    if let step = steps.take(choice, at: world.now) { run(step) } else { takeBatch() }
  }

  private func run(_ step: Step) {
    switch step {
    case .claim(let requests): claimNow(requests)
    case .claimed(let requests, let outcomes): take(requests, outcomes)
    case .record(let group): record(group)
    case .recorded(let group, let positions, let results): take(group, positions, results)
    case .mark(let outcome): mark(outcome)
    case .marked(let outcome): take(outcome)
    case .renew(let settlements): renewNow(settlements)
    case .renewed(let settlements, let keys): take(settlements, keys)
    case .again(let settlements): settle(settlements)
    case .putOffEnds(let places): claim(putOffRequests.remove(places))
    case .answer(let result): change { $0.take([result], now: $1, wallNow: $2, into: &$3) }
    case .wake: change { _, _, _, _ in }
    case .commit: commit()
    }
  }

  // MARK: - The consumer

  /// Learns of its assignment; what it does for records of an earlier one goes on, but is not committed.
  func learn(of log: ModelLog) {
    for (index, partition) in log.partitions.enumerated() {
      guard partition.owner == place else {
        assignments[index] = nil
        continue
      }
      guard assignments[index]?.epoch != partition.epoch else { continue }
      assignments[index] = Assignment(epoch: partition.epoch, position: partition.committed, watermark: partition.committed)
    }
    findReadable()
  }

  private var canTakeBatch: Bool { readable != nil && intakeStops == 0 && gate.inUse < Self.batchesMax }

  /// The log never grows, so this changes only with assignments and positions.
  private func findReadable() {
    readable = assignments.indices.first { index in
      assignments[index].map { $0.position < world.log.partitions[index].requests.count } ?? false
    }
  }

  private func takeBatch() {
    guard let partition = readable, let assignment = assignments[partition] else { return }
    let count = dispatch.isTakingOne ? 1 : 1 + world.chance.below(3)
    let records = world.log.partitions[partition].requests[assignment.position...].prefix(count)
    assignments[partition]?.position += records.count
    findReadable()
    inHand += records.count
    // Another owns it by now and takes the same records.
    if world.log.partitions[partition].epoch != assignment.epoch { world.orphansAllowed += records.count }
    world.note("\(name) takes \(records.map { "\($0.id)@\($0.partition)/\($0.offset)" })")
    let batch = LoggedRequest.batch(records, epoch: assignment.epoch)
    let result = intake.read(BatchInProgress(batch, gate: gate), at: world.wall)
    settle(result.rejected)
    claim(result.claimable)
  }

  /// Says that records are done with.
  func finish(_ finished: FinishedRecords) {
    var isNew = false
    for index in finished.indices {
      let record = finished.source.batch.records[index]
      let partition = Int(record.partition)
      guard assignments[partition]?.epoch == record.assignmentEpoch else { continue }
      assignments[partition]?.finished.insert(Int(record.offset))
      isNew = true
    }
    if isNew { steps.add(.commit, at: world.now + Int64(world.chance.below(3000))) }
  }

  private func commit() {
    for partition in assignments.indices {
      guard var assignment = assignments[partition] else { continue }
      while assignment.finished.remove(assignment.watermark) != nil { assignment.watermark += 1 }
      assignments[partition] = assignment
      world.commit(partition, epoch: assignment.epoch, offset: assignment.watermark, by: name)
    }
  }

  var name: String { "W\(place).\(life)" }
}

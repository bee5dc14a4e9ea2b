import Logging
import Testing

@testable import CheckoutWorker
@testable import Kafka

@Suite("The part of the quota that goes with assigned partitions", .timeLimit(.minutes(1)))
struct AssignedShareTests {
  private static func event(_ kind: PartitionEvent.Kind, _ partitions: ClosedRange<Int32>) -> PartitionEvent {
    PartitionEvent(kind: kind, partitions: partitions.map { TopicPartition(topic: "requests", partition: $0) })
  }

  /// What happens, and the fraction after each step.
  enum Step: Sendable {
    case event(PartitionEvent.Kind, ClosedRange<Int32>)
    case count(Int?)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [(Step, Double)]
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "alone: everything, once the partitions are counted", steps: [(.event(.assigned, 0...3), 0), (.count(4), 1)]),
    Case(
      name: "eager: all go and some come",
      steps: [
        (.event(.assigned, 0...3), 0), (.count(4), 1), (.event(.revoking, 0...3), 1), (.event(.revoked, 0...3), 0),
        (.event(.assigned, 0...1), 0), (.count(4), 0.5),
      ]),
    Case(
      name: "cooperative: some go, the others stay",
      steps: [
        (.event(.assigned, 0...3), 0), (.count(4), 1), (.event(.revoking, 2...3), 1), (.event(.revoked, 2...3), 0.5),
        (.event(.assigned, 2...2), 0.5),
        (.count(4), 0.75),
      ]),
    Case(name: "lost: gone at once", steps: [(.event(.assigned, 0...1), 0), (.count(4), 0.5), (.event(.lost, 0...1), 0)]),
    Case(
      name: "a topic that has grown never makes the parts more than the whole",
      steps: [
        (.event(.assigned, 0...3), 0), (.count(4), 1), (.event(.revoked, 0...3), 0), (.event(.assigned, 0...3), 0), (.count(8), 0.5),
      ]),
    Case(name: "no answer: the number known before", steps: [(.event(.assigned, 0...1), 0), (.count(nil), 0.5), (.count(0), 0.5)]),
    Case(name: "more than there are known of: all", steps: [(.event(.assigned, 0...7), 0), (.count(nil), 1)]),
    Case(
      name: "what was never ours does no harm", steps: [(.event(.revoked, 0...1), 0), (.event(.assigned, 0...0), 0), (.count(4), 0.25)]),
  ]

  @Test("rebalances", arguments: cases)
  func rebalances(_ example: Case) {
    var share = PartitionShare(count: 4)
    for (index, (step, expected)) in example.steps.enumerated() {
      switch step {
      case .event(let kind, let partitions): share.take(Self.event(kind, partitions))
      case .count(let count): share.recount(count)
      }
      #expect(share.fraction == expected, "step \(index)")
    }
  }

  @Test("what goes has shrunk the part when the handler returns; what comes grows it when the topic is counted, however late")
  func order() async {
    let gate = ManualGate()
    let told = SharedState<[Double]>([])
    let share = AssignedShare(known: 4, logger: Logger(label: "test")) {
      await gate.pass()
      return 8
    }
    share.follow { fraction in told.withLock { $0.append(fraction) } }
    share.take(Self.event(.assigned, 0...3))
    await gate.arrival()
    #expect(told.withLock { $0 } == [0])
    share.take(Self.event(.revoked, 2...3))
    await gate.open()
    while share.fraction == 0 { await Task.yield() }
    #expect(share.fraction == 0.25)
    share.take(Self.event(.lost, 0...1))
    #expect(told.withLock { $0 } == [0, 0.25, 0])
  }

  @Test("a topic that cannot be counted: the number of the start")
  func uncounted() async {
    struct Unreachable: Error {}
    let share = AssignedShare(known: 4, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })) { throw Unreachable() }
    share.take(Self.event(.assigned, 0...2))
    while share.fraction == 0 { await Task.yield() }
    #expect(share.fraction == 0.75)
  }
}

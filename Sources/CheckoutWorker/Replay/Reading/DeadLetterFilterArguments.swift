import CheckoutSession
import Replay

/// The filters of `checkout-worker replay list` and `plan` as they stand on the command line.
public struct DeadLetterFilterArguments: Hashable, Sendable {
  /// `--code`, as given: each may be a comma-separated list. So are all the others but the two times.
  public var codes: [String] = []
  /// `--class`.
  public var classes: [String] = []
  /// `--merchant`.
  public var merchants: [String] = []
  /// `--mode`.
  public var modes: [String] = []
  /// `--request-id`.
  public var requestIDs: [String] = []
  /// `--partition`.
  public var partitions: [String] = []
  /// `--offset`.
  public var offsets: [String] = []
  /// `--since`.
  public var since: String?
  /// `--until`.
  public var until: String?

  /// No filter at all.
  public init() {}

  /// The value of `--mode` that stands for letters that do not say theirs.
  static let unknownMode = "unknown"

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? {
    for (name, texts) in lists {
      guard let text = texts.first(where: { $0.utf8.isEmpty || $0.hasPrefix(",") || $0.hasSuffix(",") || $0.contains(",,") }) else {
        continue
      }
      return "\(name): expected values, comma-separated, got \"\(text.prefix(80))\""
    }
    for (name, text) in [("--since", since), ("--until", until)] {
      guard let text, AuditRange.moment(text, now: WallClock.system.now()) == nil else { continue }
      return "\(name): expected a time such as 2030-01-31T12:00:00Z, or a duration such as 2h for so long ago, got \"\(text.prefix(80))\""
    }
    if let wrong = Self.values(classes).first(where: { DeadLetterClass(rawValue: $0) == nil }) {
      return "--class: expected \(Self.alternatives(DeadLetterClass.allCases.map(\.rawValue))), got \"\(wrong.prefix(80))\""
    }
    if let wrong = Self.values(modes).first(where: { SessionMode(rawValue: $0) == nil && $0 != Self.unknownMode }) {
      return "--mode: expected \(Self.alternatives(SessionMode.allCases.map(\.rawValue) + [Self.unknownMode])), got \"\(wrong.prefix(80))\""
    }
    if let wrong = Self.values(partitions).first(where: { Self.partition($0) == nil }) {
      return "--partition: expected a number from 0 on, got \"\(wrong.prefix(80))\""
    }
    if let wrong = Self.values(offsets).first(where: { Self.offsets($0) == nil }) {
      return "--offset: expected an offset such as 1500, or a range such as 1500-1620, got \"\(wrong.prefix(80))\""
    }
    if !offsets.isEmpty, Set(Self.values(partitions)).count != 1 {
      return "--offset: needs one --partition, because every partition counts its offsets from 0"
    }
    return nil
  }

  /// The filter; ``objection`` is nil.
  /// - Parameter now: what durations are counted back from.
  public func filter(now: Timestamp) -> DeadLetterFilter {
    var filter = DeadLetterFilter()
    filter.codes = Set(Self.values(codes).map { $0.uppercased() })
    filter.classes = Set(Self.values(classes).compactMap(DeadLetterClass.init(rawValue:)))
    filter.merchants = Set(Self.values(merchants))
    filter.modes = Set(Self.values(modes).map { SessionMode(rawValue: $0) })
    filter.requestIDs = Set(Self.values(requestIDs))
    filter.partitions = Set(Self.values(partitions).compactMap(Self.partition))
    filter.offsets = Self.values(offsets).compactMap(Self.offsets)
    filter.since = since.flatMap { AuditRange.moment($0, now: now) }
    filter.until = until.flatMap { AuditRange.moment($0, now: now) }
    return filter
  }

  /// The filters as one would type them, for a plan to say what it is about; empty: everything.
  public var text: String { given.map { "\($0.name) \($0.value)" }.joined(separator: " ") }

  /// The same, ready to be pasted into a shell.
  var shellText: String { given.map { "\($0.name) \(CommandEcho.quoted($0.value))" }.joined(separator: " ") }

  private var given: [(name: String, value: String)] {
    var given = lists.filter { !$0.texts.isEmpty }.map { (name: $0.name, value: $0.texts.joined(separator: ",")) }
    if let since { given.append(("--since", since)) }
    if let until { given.append(("--until", until)) }
    return given
  }

  private var lists: [(name: String, texts: [String])] {
    [
      ("--code", codes), ("--class", classes), ("--merchant", merchants), ("--mode", modes), ("--request-id", requestIDs),
      ("--partition", partitions), ("--offset", offsets),
    ]
  }

  private static func values(_ texts: [String]) -> [String] { texts.flatMap { $0.split(separator: ",").map(String.init) } }

  private static func alternatives(_ words: [String]) -> String { words.joined(separator: ", ") }

  private static func partition(_ text: String) -> Int32? { Int32(text).flatMap { $0 >= 0 ? $0 : nil } }

  /// `1500` or `1500-1620`.
  private static func offsets(_ text: String) -> ClosedRange<Int64>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 0, first <= last else { return nil }
    return first...last
  }
}

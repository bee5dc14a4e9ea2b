import CheckoutSession
import Records

/// Reads what a plan's lines are about and holds it to them: the dead letter must be the one that was planned, the original the one that failed.
public struct ReplayPreparer: ReplayPreparing {
  private let fetcher: any RecordFetcher
  private let rehearsal: any RequestRehearsal
  private let builder = ReplayRequestBuilder()

  /// Why a place may hold something else than it did.
  private static let otherTopic = "the topic was made anew, or this is not the cluster of the plan"

  /// Makes a preparer.
  public init(fetcher: any RecordFetcher, rehearsal: any RequestRehearsal) {
    self.fetcher = fetcher
    self.rehearsal = rehearsal
  }

  /// One for each line, in order. An edit is rehearsed once more: what would still be rejected is refused.
  public func prepare(_ entries: [PlanEntry]) async throws -> [PreparedReplay] {
    var lines = entries.map { entry -> PreparedReplay in
      PreparedReplay(entry: entry, work: entry.action == .drop ? .drop : .skip)
    }
    let wanted = entries.indices.filter { entries[$0].action != .skip }
    guard !wanted.isEmpty else { return lines }
    let letters = try await readLetters(wanted, &lines).filter { entries[$0.index].action.isSending }
    let originals = try await readOriginals(letters)
    for (index, letter) in letters { build(letter, originals[index], &lines[index]) }
    try await rehearseEdits(&lines)
    return lines
  }

  /// The dead letters that are as planned, by the index of their line, in order; the other lines are refused. A drop needs no dead letter that retention has
  /// removed: there is nothing to be sent.
  private func readLetters(_ wanted: [Int], _ lines: inout [PreparedReplay]) async throws -> [(index: Int, letter: DeadLetter)] {
    var parser = DeadLetterParser()
    var letters: [(index: Int, letter: DeadLetter)] = []
    let fetched = try await fetcher.fetch(wanted.map { lines[$0].entry.place })
    for (index, record) in zip(wanted, fetched) {
      let entry = lines[index].entry
      switch record {
      case .found(let record):
        let letter = parser.parse(record)
        guard letter.recordHash == entry.recordHash, letter.name == entry.origin else {
          let detail = "the record at \(entry.place) is not the one that was planned: \(Self.otherTopic)"
          lines[index].work = .refuse(ReplayRefusal(.recordChanged, detail))
          continue
        }
        lines[index].replayCount = letter.replayCount
        letters.append((index, letter))
      case .gone where entry.action == .drop: break
      case .gone(let first):
        let detail = "the dead letter at \(entry.place) has been removed; its partition begins at offset \(first)"
        lines[index].work = .refuse(ReplayRefusal(.deadLetterGone, detail))
      case .unknown:
        lines[index].work = .refuse(ReplayRefusal(.recordChanged, "there is no \(entry.place): \(Self.otherTopic)"))
      }
    }
    return letters
  }

  private func readOriginals(_ letters: [(index: Int, letter: DeadLetter)]) async throws -> [Int: FetchedRecord] {
    let wanted = letters.compactMap { item in ReplayRequestBuilder.placeToFetch(item.letter).map { (item.index, $0) } }
    guard !wanted.isEmpty else { return [:] }
    let fetched = try await fetcher.fetch(wanted.map(\.1))
    return Dictionary(zip(wanted.map(\.0), fetched)) { first, _ in first }
  }

  private func build(_ letter: DeadLetter, _ original: FetchedRecord?, _ line: inout PreparedReplay) {
    let entry = line.entry
    do throws(ReplayRequestError) {
      let request = try builder.build(
        letter, original: original, requestID: entry.identity.requestID, action: entry.action, patch: entry.patch,
        count: ReplayRequestBuilder.rehearsalCount)
      guard entry.bodyHash == nil || request.originalHash == entry.bodyHash else {
        line.work = .refuse(ReplayRefusal(.originalChanged, "the body of \(entry.origin) is not the one that was planned, by its hash"))
        return
      }
      line.work = .send(request.record)
    } catch {
      line.work = .refuse(ReplayRefusal(Self.code(error.code), error.message))
    }
  }

  private static func code(_ code: ReplayRequestError.Code) -> ReplayRefusal.Code {
    switch code {
    case .gone: .originalGone
    case .otherRecord: .originalChanged
    case .invalidPatch, .unreadableBody: .editRejected
    default: ReplayRefusal.Code(rawValue: code.rawValue)
    }
  }

  private func rehearseEdits(_ lines: inout [PreparedReplay]) async throws {
    var edits: [(index: Int, record: StoredRecord)] = []
    for index in lines.indices where lines[index].entry.action == .edit {
      if case .send(let record) = lines[index].work { edits.append((index, record)) }
    }
    guard !edits.isEmpty else { return }
    for (edit, result) in zip(edits, try await rehearsal.rehearse(edits.map(\.record))) {
      switch result.ending {
      case .rejected(let error):
        lines[edit.index].work = .refuse(ReplayRefusal(.editRejected, "still rejected with the patch: \(error.code), \(error.detail)"))
      case .conflict:
        let detail = "the identity stands for another body in the ledger, which the edit does not replace"
        lines[edit.index].work = .refuse(ReplayRefusal(.editRejected, detail))
      case .expired, .answered, .sent: break
      }
    }
  }
}

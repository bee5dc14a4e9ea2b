import CheckoutSession
import Records

/// Makes the lines of a plan: reads what failed, runs the worker's own code on what would be sent, and chooses what to do. Changes nothing anywhere.
///
/// Works on some hundred dead letters at a time; what it keeps from one call to the next is what the lines are about, not what they hold.
public struct ReplayPlanner: Sendable {
  private let fetcher: any RecordFetcher
  private let rehearsal: any RequestRehearsal
  private let ledger: any ReplayLookup
  private let policy: PlanPolicy
  private let builder = ReplayRequestBuilder()
  private var planned = PlannedRequests()
  private var parser = DeadLetterParser()

  /// Makes a planner for one plan.
  /// - Parameters:
  ///   - fetcher: reads originals from the request topic, and dead letters when a plan is revised.
  ///   - attemptsMax: `replay.maxAttempts`.
  public init(fetcher: any RecordFetcher, rehearsal: any RequestRehearsal, ledger: any ReplayLookup, attemptsMax: Int) {
    self.fetcher = fetcher
    self.rehearsal = rehearsal
    self.ledger = ledger
    policy = PlanPolicy(attemptsMax: attemptsMax)
  }

  /// A line for each dead letter, in their order.
  /// - Throws: what the fetcher throws, and `LedgerFailure`.
  public mutating func plan(_ drafts: [PlanDraft]) async throws -> [PlanEntry] {
    let sources = try await sources(of: drafts)
    var requests: [Result<ReplayRequest, ReplayRequestError>?] = sources.map { source in source.failure.map { .failure($0) } }
    var rehearsed = [RehearsedRequest?](repeating: nil, count: drafts.count)
    // What is to be left alone must not look to the others as if it were sent.
    for mayBeSent in [true, false] {
      let indices = drafts.indices.filter { sources[$0].failure == nil && sources[$0].finding == nil && drafts[$0].mayBeSent == mayBeSent }
      let names = try await names(of: indices, drafts, sources)
      var built: [(index: Int, record: StoredRecord)] = []
      for index in indices {
        requests[index] = build(drafts[index], sources[index], requestID: names[index])
        if case .success(let request)? = requests[index] { built.append((index, request.record)) }
      }
      guard !built.isEmpty else { continue }
      for (request, result) in zip(built, try await rehearsal.rehearse(built.map(\.record))) { rehearsed[request.index] = result }
    }
    return drafts.indices.map { entry(drafts[$0], sources[$0], requests[$0], rehearsed[$0]) }
  }

  /// Predicts every line of a plan anew, with its action and its patch.
  ///
  /// A line whose dead letter is no longer in its topic, or is another one, stays with that said. What retention has removed can still be dropped.
  /// - Parameter change: what the operator wants done about some of them from now on; nil: what their lines say.
  /// - Throws: what the fetcher throws, and `LedgerFailure`.
  public mutating func revise(_ entries: [PlanEntry], change: PlanChange? = nil) async throws -> PlanRevision {
    let fetched = try await fetcher.fetch(entries.map(\.place))
    var revision = PlanRevision(entries: entries)
    var drafts: [PlanDraft] = []
    var readable: [Int] = []
    var missing: [MissingLetter] = []
    for (index, record) in fetched.enumerated() {
      let entry = entries[index]
      guard case .found(let record) = record else {
        missing.append(MissingLetter(index: index, record, entry.place))
        continue
      }
      let letter = parser.parse(record)
      guard letter.recordHash == entry.recordHash else {
        missing.append(
          MissingLetter(index: index, isGone: false, detail: "the dead letter at this place is another one: \(MissingLetter.elsewhere)"))
        continue
      }
      let order = change?.order(for: letter)
      if order != nil { revision.changedCount += 1 }
      drafts.append(PlanDraft(letter, order: order ?? policy.order(of: entry)))
      readable.append(index)
    }
    try await revise(missing, change, &revision)
    guard !drafts.isEmpty else { return revision }
    for (index, entry) in zip(readable, try await plan(drafts)) { revision.entries[index] = entry }
    return revision
  }

  /// The lines whose dead letters cannot be read. One that was sent again or dropped before its dead letter went is done with.
  private func revise(_ missing: [MissingLetter], _ change: PlanChange?, _ revision: inout PlanRevision) async throws {
    guard !missing.isEmpty else { return }
    let records = try await ledger.replayRecords(missing.map { revision.entries[$0.index].origin })
    for (letter, record) in zip(missing, records) {
      let entry = revision.entries[letter.index]
      let order = letter.isGone ? change?.orderWithoutLetter(for: entry) : nil
      if order != nil { revision.changedCount += 1 }
      if order == nil, change?.isMeant(entry) == true { revision.unreadableMeantCount += 1 }
      let replayed = letter.isGone ? record.flatMap { $0.state == .claimed ? nil : policy.replayed($0) } : nil
      revision.unreadableCount += 1
      revision.entries[letter.index] = policy.withoutLetter(
        entry, replayed ?? Prediction(.gone, detail: letter.detail), wanted: order ?? policy.order(of: entry),
        mayBeDropped: letter.isGone && replayed == nil)
    }
  }

  // MARK: Steps

  /// What is known of a dead letter before its request is built.
  private struct Source {
    var original: FetchedRecord?
    /// Why nothing can be sent whatever the action.
    var failure: ReplayRequestError?
    /// Why it does not matter what would be sent.
    var finding: Prediction?
  }

  private mutating func sources(of drafts: [PlanDraft]) async throws -> [Source] {
    let places = drafts.map { ReplayRequestBuilder.placeToFetch($0.letter) }
    let originals = try await fetch(places)
    let records = try await ledger.replayRecords(drafts.map(\.letter.name))
    return drafts.indices.map { index in
      let letter = drafts[index].letter
      var source = Source(original: originals[index])
      if let earlier = planned.add(origin: letter.name, of: letter.place) {
        source.finding = policy.sameRecord(as: earlier)
      } else if let record = records[index], record.state != .claimed {
        source.finding = policy.replayed(record)
      } else if case .failure(let failure) = build(PlanDraft(letter), source, requestID: letter.requestID) {
        source.failure = failure
      }
      return source
    }
  }

  private func fetch(_ places: [RecordCoordinate?]) async throws -> [FetchedRecord?] {
    let wanted = places.compactMap(\.self)
    guard !wanted.isEmpty else { return places.map { _ in nil } }
    var found = try await fetcher.fetch(wanted).makeIterator()
    return places.map { $0 == nil ? nil : found.next() }
  }

  private func build(_ draft: PlanDraft, _ source: Source, requestID: String?) -> Result<ReplayRequest, ReplayRequestError> {
    do throws(ReplayRequestError) {
      return .success(
        try builder.build(
          draft.letter, original: source.original, requestID: requestID, action: draft.rehearsedAction, patch: draft.order?.patch,
          count: ReplayRequestBuilder.rehearsalCount))
    } catch {
      return .failure(error)
    }
  }

  /// The request ids, by index. What a dead letter does not say, the body as it failed does: an edit may change it, and must not thereby become another request.
  private func names(of indices: [Int], _ drafts: [PlanDraft], _ sources: [Source]) async throws -> [Int: String] {
    var names: [Int: String] = [:]
    var unknown: [(index: Int, record: StoredRecord)] = []
    for index in indices {
      if let name = drafts[index].letter.requestID {
        names[index] = name
      } else if drafts[index].rehearsedAction == .edit,
        case .success(let request) = build(PlanDraft(drafts[index].letter), sources[index], requestID: nil)
      {
        unknown.append((index, request.record))
      }
    }
    guard !unknown.isEmpty else { return names }
    for (request, result) in zip(unknown, try await rehearsal.rehearse(unknown.map(\.record))) {
      names[request.index] = result.identity.requestID
    }
    return names
  }

  private mutating func entry(
    _ draft: PlanDraft, _ source: Source, _ request: Result<ReplayRequest, ReplayRequestError>?, _ rehearsed: RehearsedRequest?
  ) -> PlanEntry {
    let letter = draft.letter
    let identity =
      rehearsed?.identity
      ?? RequestIdentity(merchantID: letter.merchantID ?? "", requestID: letter.requestID ?? letter.name.description)
    let prediction =
      source.finding
      ?? policy.prediction(letter, draft, request, rehearsed, earlierGeneration: planned.generation(of: identity))
    let order = policy.order(letter, draft.order, prediction)
    if prediction.kind == .willCreate, order.action.isSending, let generation = prediction.generation {
      planned.willCreate(identity, generation: generation)
    }
    let bodyHash = letter.bodyHash ?? (try? request?.get())?.originalHash
    return PlanEntry(
      place: letter.place, origin: letter.name, identity: identity, mode: letter.mode ?? rehearsed?.mode, failedAt: letter.at,
      errorClass: letter.errorClass, errorCode: letter.errorCode, errorDetail: letter.message, replayCount: letter.replayCount,
      bodyHash: bodyHash, recordHash: letter.recordHash, prediction: prediction, action: order.action,
      patch: order.action == .edit ? order.patch : nil, reason: order.reason)
  }
}

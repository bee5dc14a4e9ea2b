import CheckoutSession

@testable import Creation

// What must be true: I1 to I8 of the invariants in `ops/decisions`, but for the quota (I6), of which there is none here.
extension World {
  /// A record is in its topic now.
  func land(_ record: OutRecord) {
    switch record {
    case .deadLetter(let partition, let offset): topics.lettered.insert([partition, offset])
    case .event(let event):
      note("landed: \(event.sessionID.rawValue.suffix(2)) \(event.status)")
      topics.events.append(event)
    case .reply(let reply): land(reply)
    }
  }

  private func land(_ reply: ModelReply) {
    let place = [reply.partition, reply.offset]
    note(
      "landed: reply to \(reply.kind.requestID)@\(place): \(reply.kind.outcome) \(reply.session.map { "\($0.sessionID.rawValue.suffix(2))" } ?? "")"
    )
    if !topics.answered.insert(place).inserted { tally.repeatedReplies += 1 }
    tally.replies += 1
    if ReplyComposer.needsDeadLetter(reply.kind.outcome) {
      topics.toBeLettered.insert(place)
    } else if log.partitions[reply.partition].requests[reply.offset].replay?.replaced != nil {
      // An edit that comes before its original is decided is a conflict, and none if it comes again after a crash: then it needs no dead letter any more.
      topics.excused.insert(place)
    }
    if let first = topics.replies[reply.kind] {
      if first != reply.value { violate("I3: two replies of one kind differ: \(reply.kind)") }
    } else {
      topics.replies[reply.kind] = reply.value
    }
    guard let session = reply.session else { return }
    if session.expiresAt - reply.sentAt < CreateProcess.configuration.minimumRemainingLifetime {
      violate("I7: \(session) is published with \(session.expiresAt - reply.sentAt) left")
    }
    let known = topics.sessions[reply.kind.requestID] ?? []
    if isAlive(session.sessionID) {
      for other in known where other != session.sessionID && isAlive(other) {
        violate("I2: \(reply.kind.requestID) has two live URLs, of \(other) and \(session.sessionID)")
      }
    }
    if !known.contains(session.sessionID) { topics.sessions[reply.kind.requestID, default: []].append(session.sessionID) }
  }

  private func isAlive(_ id: SessionID) -> Bool { gateway.session(id).map { $0.endsAt > now } ?? false }

  /// A process commits.
  func commit(_ partition: Int, epoch: UInt64, offset: Int, by name: String) {
    let before = log.partitions[partition].committed
    log.commit(partition, epoch: epoch, offset: offset)
    guard log.partitions[partition].committed > before else { return }
    note("\(name) commits \(partition)/\(offset)")
    for offset in before..<log.partitions[partition].committed {
      checkAnswered([partition, offset], "I5: committed before its outcome is published")
    }
  }

  private func checkAnswered(_ place: [Int], _ text: String) {
    if !topics.answered.contains(place) { violate("\(text): \(place) has no reply") }
    if topics.toBeLettered.contains(place), !topics.lettered.contains(place), !topics.excused.contains(place) {
      violate("\(text): \(place) has no dead letter")
    }
  }

  func checkAtRest() {
    for (partition, content) in log.partitions.enumerated() {
      for offset in content.requests.indices { checkAnswered([partition, offset], "I1") }
    }
    let published = topics.published
    for id in published { checkEnd(of: id) }
    for event in topics.events where gateway.session(event.sessionID) == nil { violate("I4: an event of no session, \(event)") }
    let orphans = gateway.sessions.count - published.count
    if orphans > orphansAllowed { violate("I8: \(orphans) orphans, \(orphansAllowed) are accounted for") }
  }

  private func checkEnd(of id: SessionID) {
    guard let session = gateway.session(id) else { return violate("I4: the gateway does not know \(id), which is published") }
    let ends = topics.events.filter { $0.sessionID == id && $0.status.isTerminal }
    guard let end = ends.first else { return violate("I4: nobody heard how \(id) ended") }
    if ends.contains(where: { $0 != end }) { violate("I4: \(id) has different ends, \(ends)") }
    if end.status != session.end { violate("I4: \(id) ended \(session.end) and not \(end.status)") }
  }
}

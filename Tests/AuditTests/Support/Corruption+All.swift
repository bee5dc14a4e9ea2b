import CheckoutSession

@testable import Audit

extension Corruption {
  /// Every way to break a guarantee once.
  static let all: [Corruption] = answers + urls + ends + ledger

  private static let answers: [Corruption] = [
    Corruption("a lost reply", .replyMissing) { world in
      world.removeReplies(of: "expired")
      return (world.request(of: "expired"), nil)
    },
    Corruption("a lost reply of the second of three records, told by its headers", .replyMissing) { world in
      world.replies.remove(at: world.replyIndex("repeated", 2))
      return (world.request(of: "repeated", 1), nil)
    },
    Corruption("a dead letter whose reply is lost", .replyMissing) { world in
      world.removeReplies(of: "rejected")
      return (world.request(of: "rejected"), nil)
    },
    Corruption("a lost dead letter", .deadLetterMissing) { world in
      let request = world.request(of: "rejected")
      world.deadLetters.removeAll { $0.request == request }
      return (request, nil)
    },
    Corruption("a dead letter of a record that is not there", .deadLetterWithoutRequest) { world in
      let place = RecordCoordinate(topic: World.requestsTopic, partition: 1, offset: 77)
      world.deadLetter(of: place)
      return (RecordCoordinate(topic: "dead", partition: 0, offset: Int64(world.deadLetters.count - 1)), place)
    },
    Corruption("a record that is no reply", .unreadableRecord) { world in
      let place = RecordCoordinate(topic: "replies", partition: 0, offset: 99)
      world.unreadable = [AuditPlace(place, at: World.origin)]
      return (place, nil)
    },
    Corruption("an offset committed before there was an outcome", .committedTooEarly) { world in
      world.scope.committed[0] = 1000
      return (world.request(of: "waiting"), nil)
    },
    Corruption("an offset committed while the decision was not published", .committedTooEarly) { world in
      world.generation("waiting", row: 90, .expired, isPublished: false, decidedAt: 3591)
      world.scope.committed[0] = 1000
      return (world.request(of: "waiting"), nil)
    },
  ]

  private static let urls: [Corruption] = [
    Corruption("a second URL while the first lives", .twoLiveURLs) { world in
      world.request("alive", at: 3510, partition: 1)
      world.reply("alive", at: 3511, generation: 2, session: 20)
      world.generations[world.generationIndex("alive")].isPresent = false
      world.generation("alive", row: 2, .created, generation: 2, session: 20, isOutstanding: true, decidedAt: 3511)
      return (world.reply(of: "alive", 1), world.reply(of: "alive"))
    },
    Corruption("a second URL before the first is surely dead", .twoLiveURLs) { world in
      let index = world.replyIndex("renewed", 1)
      world.replies[index].place.at = World.time(925)
      world.replies[index].session?.expiresAt = World.time(925 + 900)
      return (world.reply(of: "renewed", 1), world.reply(of: "renewed"))
    },
    Corruption("a repeated reply that differs", .replyChanged) { world in
      world.replies[world.replyIndex("repeated", 1)].content = AuditFingerprint(of: [9])
      return (world.reply(of: "repeated", 1), world.reply(of: "repeated"))
    },
    Corruption("one record with two outcomes", .replyChanged) { world in
      world.reply("expired", at: 9, outcome: .failed)
      return (world.reply(of: "expired", 1), world.reply(of: "expired"))
    },
    Corruption("a URL that was about to die", .shortLivedURL) { world in
      world.replies[world.replyIndex("paid")].session?.expiresAt = World.time(1 + 298)
      return (world.reply(of: "paid"), nil)
    },
  ]

  private static let ends: [Corruption] = [
    Corruption("a lost terminal event", .endMissing) { world in
      world.events.removeAll { $0.identity.requestID == "paid" && $0.status == .completed }
      return (world.reply(of: "paid"), nil)
    },
    Corruption("a session that the ledger asks about for ever", .endMissing) { world in
      world.scope.startedAt = World.time(3501 + 900 + 86_400 + 181)
      return (world.reply(of: "alive"), nil)
    },
    Corruption("a second, different end", .secondEnd) { world in
      world.event("paid", .timedOut, session: 1, at: 931)
      return (world.events[world.events.count - 1].place.coordinate, world.event(of: "paid", .completed))
    },
    Corruption("paid after it had timed out", .secondEnd) { world in
      world.event("conflicting", .completed, session: 3, at: 940)
      return (world.events[world.events.count - 1].place.coordinate, world.event(of: "conflicting", .timedOut))
    },
    Corruption("an event after the end", .eventAfterEnd) { world in
      world.event("paid", .unresolved, session: 1, at: 931)
      return (world.events[world.events.count - 1].place.coordinate, world.event(of: "paid", .completed))
    },
    Corruption("an event of a session that never was", .eventWithoutSession) { world in
      world.event("paid", .completed, session: 99, at: 100)
      return (world.events[world.events.count - 1].place.coordinate, nil)
    },
  ]

  private static let ledger: [Corruption] = [
    Corruption("published says the ledger, and the topics do not have it", .replyMissing) { world in
      world.generation("elsewhere", row: 80, .expired, sourceOffset: 500)
      return (RecordCoordinate(topic: World.requestsTopic, partition: 0, offset: 500), nil)
    },
    Corruption("a reply that the ledger does not know", .unknownToLedger) { world in
      world.generations.removeAll { $0.identity.requestID == "expired" }
      return (world.reply(of: "expired"), nil)
    },
    Corruption("a reply with another session than the ledger", .ledgerDisagrees) { world in
      world.generations[world.generationIndex("conflicting")].sessionID = World.sessionID(33)
      return (world.reply(of: "conflicting"), nil)
    },
  ]
}

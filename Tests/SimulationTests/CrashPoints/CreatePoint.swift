/// Every point between two steps of the create stage ("Order of writes", `design/architecture.md`), in their order.
enum CreatePoint: String, CaseIterable, Sendable {
  case taken = "taken, not claimed"
  case claimed = "claimed"
  case postSent = "POST sent, gateway has not got it"
  case postMade = "POST sent, gateway made it"
  case answered = "answer arrived, not recorded"
  case recorded = "recorded"
  case renewing = "URL too short, not renewed"
  case renewed = "renewed"
  case someRecords = "some records published"
  case allRecords = "all published, not acknowledged"
  case acknowledged = "acknowledged, not marked"
  case marked = "marked, not finished"
  case finished = "finished, offset not committed"
  case committed = "offset committed"
}

/// What is in the topic, and what happened before the run that is killed.
enum CreateScenario: String, CaseIterable, Sendable {
  case plain = "three requests"
  case refused = "refused by the gateway"
  case unreadable = "unreadable"
  case expired = "expired"
  case renewal = "renewal after a crash"
  case inDoubt = "in doubt after a crash"

  var requests: [LoggedRequest.Kind] {
    switch self {
    case .plain: [.valid, .valid, .valid]
    // First, so that the first record of its two is the last one of a killed run: the reply is there, the dead letter is not.
    case .refused: [.refusedByGateway, .valid]
    case .unreadable: [.unreadable]
    case .expired: [.expiring, .valid]
    case .renewal, .inDoubt: [.valid]
    }
  }

  /// Where the run before the one that is looked at died, and how long ago.
  var before: (point: CreatePoint, pause: Duration)? {
    switch self {
    case .renewal: (.recorded, .seconds(1000))
    case .inDoubt: (.postMade, .seconds(5))
    default: nil
    }
  }

  /// Points that a run of this kind comes by.
  var points: [CreatePoint] {
    let calls: Set<CreatePoint> = [.postSent, .postMade]
    let ledger: Set<CreatePoint> = [.claimed, .answered, .recorded, .acknowledged, .marked, .taken]
    return CreatePoint.allCases.filter { point in
      if point == .renewing || point == .renewed { return self == .renewal }
      return !(self == .unreadable && (calls.contains(point) || ledger.contains(point)))
    }
  }
}

import Creation

extension WorkerAssembly {
  /// The merchants that requests may name.
  var merchantDirectory: MerchantDirectory {
    let merchants = configuration.merchants
    return MerchantDirectory(ids: merchants.all.map(\.id), defaultIndex: merchants.all.firstIndex { $0.name == merchants.defaultName })
  }

  /// The topics of an audit.
  var auditTopicNames: AuditTopicNames {
    let topics = configuration.kafka.topics
    return AuditTopicNames(
      requests: topics.requests, replies: topics.replies,
      otherReplies: configuration.creation.replyTopicsAllowed.filter { $0 != topics.replies }, status: topics.status,
      deadLetters: topics.deadLetters)
  }
}

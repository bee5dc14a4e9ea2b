import CheckoutSession

/// What the ledger says of a generation, in one number.
struct GenerationFlags {
  var outcome: ReplyOutcome?
  var ended: SessionStatus?
  var isPresent: Bool
  var isPublished: Bool
  var isOutstanding: Bool

  init(_ generation: AuditedGeneration) {
    outcome = generation.outcome
    ended = generation.ended
    isPresent = generation.isPresent
    isPublished = generation.isPublished
    isOutstanding = generation.isOutstanding
  }

  init(code: Int64) {
    outcome = EntryCodes.outcome(code & 0xF)
    ended = EntryCodes.status(code >> 4 & 0xF)
    isPresent = code & 0x100 != 0
    isPublished = code & 0x200 != 0
    isOutstanding = code & 0x400 != 0
  }

  var code: Int64 {
    (outcome.map(EntryCodes.code) ?? 0) | (ended.map(EntryCodes.code) ?? 0) << 4 | (isPresent ? 0x100 : 0) | (isPublished ? 0x200 : 0)
      | (isOutstanding ? 0x400 : 0)
  }
}

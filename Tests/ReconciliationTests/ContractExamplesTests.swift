import CheckoutSession
import Foundation
import Reconciliation
import Testing

@Suite("The contract's examples")
struct ContractExamplesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Fixtures/contract-examples")
  private static let id = SessionID("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60")

  /// File, status before, status after, and whether an event says so; 500 s after the session's creation.
  static let examples: [(name: String, before: SessionStatus, after: SessionStatus, isEvent: Bool)] = [
    ("get-200-completed-flat", .accepted, .completed, true), ("get-200-completed-payment-method-entry", .created, .completed, true),
    ("get-200-completed-payment-with-wallet", .created, .completed, true), ("get-200-completed-payment", .created, .completed, true),
    ("get-200-created-payment-method-display", .accepted, .created, true),
    ("get-200-created-payment-method-select", .accepted, .created, true),
    ("get-200-created", .accepted, .created, true), ("get-401-message", .created, .created, false),
    ("get-401-session-timeout", .created, .timedOut, true), ("get-401-token-expired", .created, .created, false),
    ("get-403-forbidden", .created, .created, false), ("get-404-not-found", .created, .notFound, true),
    ("get-410-canceled", .created, .canceled, true), ("error-500", .created, .created, false),
  ]

  /// What the gateway client makes of such an answer to a GET (`contract/gateway.md`, "Errors").
  private static func outcome(_ name: String) throws -> Result<SessionSnapshot, GatewayFailure> {
    let body = try ArraySlice(Data(contentsOf: folder.appending(path: "\(name).json")))
    if name.hasPrefix("get-200") {
      var reader = JSONReader()
      return .success(try SessionSnapshot.read(body, expected: id, reader: &reader))
    }
    let error = GatewayErrorBody(body)
    #expect(error.unreadable == nil)
    let httpStatus = Int(name.split(separator: "-").compactMap { Int($0) }.first ?? 0)
    let failure: (GatewayFailure.Class, GatewayFailure.Code) =
      switch (httpStatus, error.title) {
      case (401, "SESSION_TIMEOUT"): (.permanent, .sessionTimeout)
      case (401, _): (.configuration, .unauthorized)
      case (403, _): (.configuration, .forbidden)
      case (404, _): (.permanent, .notFound)
      case (410, _): (.permanent, .sessionCanceled)
      default: (.transient, .serverError)
      }
    return .failure(
      GatewayFailure(failure.0, failure.1, title: error.title ?? "", detail: error.detail ?? "", httpStatus: httpStatus))
  }

  @Test("each leads to its status", arguments: examples)
  func example(name: String, before: SessionStatus, after: SessionStatus, isEvent: Bool) throws {
    let session = StatusTableTests.session(.payment, before)
    let answer = PollAnswer(try Self.outcome(name))
    let decision = StatusTableTests.table.decide(answer, about: session, sentAt: session.createdAt + .seconds(500))
    #expect(decision.status == after && decision.isEvent == isEvent)
  }

  @Test("no file is left out")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path()).filter {
      $0.hasPrefix("get-") || $0.hasPrefix("error-")
    }
    #expect(Set(files) == Set(Self.examples.map { "\($0.name).json" }))
  }
}

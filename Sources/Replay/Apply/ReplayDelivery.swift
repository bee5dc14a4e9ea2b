import Records
import Stage

/// What became of one publication.
struct ReplayDelivery: Sendable {
  private let requests: [ReplayOutgoing]
  private let report: Result<PublishReport, any Error>

  /// Publishes, and waits for the acknowledgements.
  init(of requests: [ReplayOutgoing], _ records: OutgoingRecords, to sink: any ReplaySink) async {
    self.requests = requests
    do {
      report = .success(try await sink.publish(records))
    } catch {
      report = .failure(error)
    }
  }

  /// Each request with why it was not acknowledged; nil: it was.
  var results: [(request: ReplayOutgoing, failure: PublishReport.Failure?)] {
    switch report {
    case .success(let report): requests.enumerated().map { ($1, report.failures[$0]) }
    case .failure(let error): requests.map { ($0, PublishReport.Failure(kind: .inDoubt, code: "PUBLISH", message: "\(error)")) }
    }
  }
}

import CheckoutSession
import Reconciliation

extension WorkerAssembly {
  /// The reconcile stage.
  var reconciliation: ReconciliationConfiguration {
    let keys = configuration.reconciliation
    return ReconciliationConfiguration(
      pacer: pacer, merchantIDs: configuration.merchants.all.map(\.id), statusTopic: configuration.kafka.topics.status,
      source: Self.eventSource, leaseDuration: keys.leaseDuration, batchMax: keys.batchMax, grace: keys.grace,
      unresolvedAfter: keys.unresolvedAfter, creationUncertainty: configuration.gateway.requestTimeout,
      timeScale: configuration.gateway.timeScale, schedule: keys.schedule,
      drainTimeout: Self.drainTimeout)
  }

  /// How long a session lives, by the clocks of this machine.
  var sessionLifetime: Duration { CreatedSession.lifetime / configuration.gateway.timeScale }
}

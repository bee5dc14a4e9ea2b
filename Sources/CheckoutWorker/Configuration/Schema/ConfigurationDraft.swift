import CheckoutSession

/// What the sources said, key by key, before addresses are filled in and the keys are compared with each other.
///
/// Sections that need no completion are the final structs themselves; the others are optional here where the environment decides.
struct ConfigurationDraft: Sendable {
  var kafka = WorkerConfiguration.Kafka()
  var gateway = GatewayDraft()
  var defaultMerchant: String?
  var merchants: [String: MerchantDraft] = [:]
  var creation = WorkerConfiguration.Creation()
  var reconciliation = WorkerConfiguration.Reconciliation()
  var modeSchedules = ModeScheduleDrafts()
  var deadLetters = WorkerConfiguration.DeadLetters()
  var replay = WorkerConfiguration.Replay()
  var ledger = LedgerDraft()
  var admin = AdminDraft()
  var log = WorkerConfiguration.Log()
}

/// `gateway.*` before completion.
struct GatewayDraft: Sendable {
  var environment = GatewayEnvironment.stage
  var baseURL: String?
  var basePath: String?
  var hostedURLOrigin: String?
  var appEnv: String?
  var token = TokenDraft()
  var maxConcurrentRequests = 64
  var quota = WorkerConfiguration.Quota()
  var timeScale = 1.0
  var connectTimeout: Duration = .seconds(2)
  var requestTimeout: Duration = .seconds(15)
  var idleTimeout: Duration = .seconds(30)
  var maxConnectionAge: Duration = .seconds(300)
  var answerBytesMax = 1 << 20
  var headerBytesMax = 32 << 10
  var allowPlaintext = false
  var caFile: String?
  var proxyURL: String?
  var proxyUser: String?
  var proxyPasswordFile: String?
  var proxyPassword: Secret?
  var noProxy: [String] = []
}

/// `….token` before it is known which of its forms is meant.
struct TokenDraft: Sendable {
  var url: String?
  var clientId: String?
  var clientSecretFile: String?
  var clientSecret: Secret?
  var scope: String?
  var file: String?
  var value: Secret?
}

/// `merchants.<name>.*` before completion.
struct MerchantDraft: Sendable {
  var id: String?
  var upstreamEnv: String?
  var quota = MerchantQuotaDraft()
  var token = TokenDraft()
}

/// `merchants.<name>.quota.*`: both absent means no quota of its own.
struct MerchantQuotaDraft: Sendable {
  var requestsPerSecond: RequestRate?
  var burst: Int?
}

/// `reconciliation.schedule.<mode>.*` as given: what is not comes from the schedule of all modes, which is known only when everything has been read.
struct ModeScheduleDrafts: Sendable {
  private var given: [SessionMode: [String: ConfigurationValue]] = [:]

  /// The values given for one mode, by the last part of their keys.
  subscript(mode: SessionMode) -> [String: ConfigurationValue] {
    get { given[mode] ?? [:] }
    set { given[mode] = newValue }
  }
}

/// `ledger.*` before the password's source is chosen.
struct LedgerDraft: Sendable {
  var values = WorkerConfiguration.Ledger()
  var passwordFile: String?
  var password: Secret?
}

/// `admin.*` before the token's source is chosen.
struct AdminDraft: Sendable {
  var host = WorkerConfiguration.Admin().host
  var port = WorkerConfiguration.Admin().port
  var tokenFile: String?
  var token: Secret?
}

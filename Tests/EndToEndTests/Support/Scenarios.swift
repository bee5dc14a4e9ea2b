/// What the simulated gateway does in the tests.
enum Scenarios {
  /// Answers quickly, and nothing goes wrong.
  static let calm = """
    name: calm
    latency: {create: 5ms}
    """

  /// The faults of `config/scenarios/mixed-faults.yaml`, with shorter waits and without outages, which tests make at moments of their own.
  /// No `tokenExpired`: two refusals in a row are a configuration fault, which ends a batch job with 77, and by chance there are two now and then.
  static let faulty = """
    name: faulty
    latency:
      create: {lognormal: {median: 5ms, p99: 40ms, max: 200ms}}
    faults:
      slowDripFor: 500ms
      hangFor: 20s
      create:
        resetBeforeRead: 0.01
        resetAfterCreate: 0.01
        error500: 0.03
        error500AfterCreate: 0.02
        error502: 0.005
        error503: 0.005
        error504: 0.005
        slowDrip: 0.01
        cutOffBody: 0.005
        htmlBody: 0.005
        emptyBody: 0.005
        wrongHost: 0.002
        duplicateKeys: 0.002
        hang: 0.001
    """

  /// Fails for two calls of five, so that with two attempts one request in six is given up, among many that are answered.
  static let failing = """
    name: failing
    latency: {create: 5ms}
    faults: {create: {error500: 0.4}}
    """

  /// Answers slowly, so that requests are under way whenever a test looks.
  static let slow = """
    name: slow
    latency: {create: 60ms}
    """

  /// Takes so many calls a second and not one more.
  static func quota(_ requestsPerSecond: Int, burst: Int) -> String {
    """
    name: quota
    latency: {create: 10ms}
    quota: {requestsPerSecond: \(requestsPerSecond), burst: \(burst), retryAfter: seconds}
    """
  }

  /// Sessions of all modes that end in all ways, at all times of their life; nothing goes wrong on the way.
  static let life = """
    name: life
    latency: {create: 5ms, status: 3ms}
    \(lives)
    """

  /// The same, and polls go wrong in every way that a poll can.
  static let troubledLife = """
    name: troubled
    latency: {create: 5ms, status: 3ms}
    faults:
      slowDripFor: 500ms
      status:
        resetBeforeRead: 0.02
        resetAfterCreate: 0.02
        error500: 0.05
        error503: 0.02
        slowDrip: 0.02
        cutOffBody: 0.02
        htmlBody: 0.02
        emptyBody: 0.02
        duplicateKeys: 0.05
        unknownStatus: 0.02
    \(lives)
    """

  /// Sessions live and end, every call may go wrong, and a quota watches what arrives.
  static func faultyLife(_ requestsPerSecond: Int, burst: Int) -> String {
    """
    name: faulty-life
    latency: {create: {lognormal: {median: 5ms, p99: 40ms, max: 200ms}}, status: 3ms}
    quota: {requestsPerSecond: \(requestsPerSecond), burst: \(burst)}
    faults:
      slowDripFor: 500ms
      hangFor: 20s
      create:
        resetBeforeRead: 0.01
        resetAfterCreate: 0.01
        error500: 0.03
        error500AfterCreate: 0.02
        error503: 0.01
        slowDrip: 0.01
        cutOffBody: 0.005
        htmlBody: 0.005
        wrongHost: 0.002
        hang: 0.001
      status:
        resetBeforeRead: 0.01
        resetAfterCreate: 0.01
        error500: 0.04
        error503: 0.01
        cutOffBody: 0.01
        htmlBody: 0.01
        unknownStatus: 0.01
    \(lives)
    """
  }

  /// The same sessions in fair weather.
  static func fairLife(_ requestsPerSecond: Int, burst: Int) -> String {
    """
    name: fair-life
    latency: {create: 5ms, status: 3ms}
    quota: {requestsPerSecond: \(requestsPerSecond), burst: \(burst)}
    \(lives)
    """
  }

  /// Sessions live, but every poll is answered with this fault.
  static func silent(_ fault: String) -> String {
    """
    name: silent
    faults: {status: {\(fault): 1}}
    \(lives)
    """
  }

  private static let lives = """
    sessions:
      acceptedFor: {uniform: {from: 1s, to: 20s}}
      fates:
        default:
          completed: 60
          failed: 10
          canceled: 10
          abandoned: 20
          timeToEnd: {lognormal: {median: 2m, p99: 14m}}
        PAYMENT_METHOD_DISPLAY: {canceled: 5, abandoned: 95}
    """
}

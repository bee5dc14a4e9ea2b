import CheckoutSession
import Reconciliation
import Testing

@testable import CheckoutWorker

/// `reconciliation.*` and `gateway.timeScale`: what is refused.
struct ReconciliationConfigurationTests {
  private let fixture: ConfigurationFixture

  init() throws { fixture = try ConfigurationFixture() }

  private func problems(_ yaml: String) throws -> [String] {
    try fixture.problems(ConfigurationFixture.merchant + yaml, environment: ConfigurationFixture.token)
  }

  @Test(
    arguments: [
      ("reconciliation: { share: 0.04 }", ["reconciliation.share", "a number, 0.05 to 0.9", "\"0.04\""]),
      ("reconciliation: { share: 0.91 }", ["reconciliation.share", "0.05 to 0.9"]),
      ("reconciliation: { share: nan }", ["reconciliation.share", "0.05 to 0.9"]),
      ("reconciliation: { share: 30% }", ["reconciliation.share", "0.05 to 0.9"]),
      ("reconciliation: { batchMax: 0 }", ["reconciliation.batchMax", "1 to 10000"]),
      ("reconciliation: { batchMax: 10001 }", ["reconciliation.batchMax", "1 to 10000"]),
      ("reconciliation: { grace: 11m }", ["reconciliation.grace", "0s to 10m"]),
      ("reconciliation: { grace: 30 }", ["reconciliation.grace", "with its unit"]),
      ("reconciliation: { unresolvedAfter: 59s }", ["reconciliation.unresolvedAfter", "1m to 30d"]),
      ("reconciliation: { leaseDuration: 2h }", ["reconciliation.leaseDuration", "1s to 1h"]),
      (
        "reconciliation: { leaseDuration: 26s }",
        [
          "0.yaml:3: reconciliation.leaseDuration", "contradicts gateway.requestTimeout", "at least 27s",
          "another reconciler polls the same session",
        ]
      ),
      (
        "gateway: { connectTimeout: 41s }", ["reconciliation.leaseDuration", "at least 66s"]
      ),
      (
        "reconciliation: { unresolvedAfter: 5m, grace: 5m }",
        ["0.yaml:3: reconciliation.unresolvedAfter", "contradicts reconciliation.grace (0.yaml:3)", "last poll, 5m after"]
      ),
      ("reconciliation: { lease: 60s }", ["reconciliation.lease", "did you mean reconciliation.leaseDuration?"]),
    ] as [(String, [String])])
  func oneProblem(_ yaml: String, _ parts: [String]) throws {
    let problems = try problems(yaml)
    try #require(problems.count == 1, "\(problems)")
    for part in parts { #expect(problems[0].contains(part), "\(problems[0])") }
  }

  @Test func everythingIsListedAtOnce() throws {
    let yaml = """
      gateway: { timeScale: 60 }
      reconciliation:
        leaseDuration: 20s
        grace: 1h
        unresolvedAfter: 1m
        share: 2
        batchMax: many
      """
    let keys = try problems(yaml).map { $0.split(separator: " ")[1] }
    // A refused grace is one line: what depends on it is judged by the default, which 1m outlasts.
    #expect(
      Set(keys) == [
        "gateway.timeScale:", "reconciliation.leaseDuration:", "reconciliation.grace:", "reconciliation.share:", "reconciliation.batchMax:",
      ])
  }

  @Test(arguments: [("26999ms", 1), ("27s", 0)])
  func theLeaseOutlastsAPollByTenSeconds(lease: String, count: Int) throws {
    #expect(try problems("reconciliation: { leaseDuration: \(lease) }").count == count)
  }

  @Test func aGraceIsNotShorterThanARequest() throws {
    let problems = try self.problems("reconciliation: { grace: 14s }")
    try #require(problems.count == 1, "\(problems)")
    for part in ["0.yaml:3: reconciliation.grace", "contradicts gateway.requestTimeout", "at least 15s, got 14s", "TIMED_OUT"] {
      #expect(problems[0].contains(part), "\(problems[0])")
    }
    #expect(try self.problems("reconciliation: { grace: 15s }").isEmpty)
    #expect(try self.problems("gateway: { requestTimeout: 20s }").isEmpty, "the default is enough for a longer one")
  }

  @Test func aSimulatorsTimeMayRunFaster() throws {
    let yaml = """
      gateway:
        environment: custom
        baseURL: http://127.0.0.1:8787/v1
        hostedURLOrigin: https://stg-wallet.healthsafepay.com
        timeScale: 60
      reconciliation: { grace: 5s }
      """
    let loaded = try fixture.load(ConfigurationFixture.merchant + yaml, environment: ConfigurationFixture.token)
    #expect(loaded.configuration.gateway.timeScale == 60)
    #expect(loaded.warnings.isEmpty, "what is shorter than a request in real time is meant so")
  }

  // MARK: Schedules

  private func schedules(_ yaml: String, environment: [String: String] = [:]) throws -> PollSchedules {
    let environment = ConfigurationFixture.token.merging(environment) { $1 }
    return try fixture.load(ConfigurationFixture.merchant + yaml, environment: environment).configuration.reconciliation.schedule
  }

  @Test func theDefaultScheduleIsTheStages() throws {
    #expect(try schedules("") == PollSchedules())
  }

  @Test func defaultMeansEveryModeThatHasNothingOfItsOwn() throws {
    let schedules = try schedules("reconciliation: { schedule: { default: { interval: 30s, firstPoll: 5s } } }")
    var standard = PollSchedule()
    (standard.interval, standard.firstPoll) = (.seconds(30), .seconds(5))
    for mode in SessionMode.allCases where mode != .paymentMethodDisplay { #expect(schedules[mode] == standard, "\(mode)") }
    var display = PollSchedules.display
    display.firstPoll = .seconds(5)
    #expect(schedules[.paymentMethodDisplay] == display, "it keeps its own interval, and takes the rest")
  }

  @Test func aModeGoesBeforeTheDefault() throws {
    let yaml = """
      reconciliation:
        schedule:
          paymentWithWallet: { interval: 5s, growth: 1.5, intervalMax: 1h, deadlineWindow: 1m, deadlineInterval: 2s, firstPoll: 0s }
          default: { interval: 30s, growth: 2 }
          paymentMethodDisplay: { interval: 1m }
      """
    let schedules = try schedules(
      yaml,
      environment: [
        "CHECKOUT_RECONCILIATION_SCHEDULE_PAYMENT_METHOD_ENTRY_DEADLINE_WINDOW": "5s",
        "CHECKOUT_RECONCILIATION_SCHEDULE_PAYMENT_GROWTH": "3",
      ])
    #expect(
      schedules[.paymentWithWallet]
        == PollSchedule(
          firstPoll: .zero, interval: .seconds(5), growth: 1.5, intervalMax: .seconds(3600), deadlineWindow: .seconds(60),
          deadlineInterval: .seconds(2)))
    #expect(schedules[.payment] == PollSchedule(interval: .seconds(30), growth: 3))
    #expect(schedules[.paymentMethodEntry] == PollSchedule(interval: .seconds(30), growth: 2, deadlineWindow: .seconds(5)))
    #expect(schedules[.paymentMethodSelect] == PollSchedule(interval: .seconds(30), growth: 2))
    var display = PollSchedules.display
    display.interval = .seconds(60)
    #expect(schedules[.paymentMethodDisplay] == display, "its own defaults go before those that are given for all")
  }

  @Test(
    arguments: [
      ("default: { interval: 500ms }", ["schedule.default.interval", "1s to 1h"]),
      ("default: { growth: 0.9 }", ["schedule.default.growth", "1 to 10"]),
      ("default: { deadlineWindow: -2s }", ["schedule.default.deadlineWindow", "0s to 14m", "\"-2s\""]),
      ("default: { firstPoll: -1s }", ["schedule.default.firstPoll", "0s to 10m"]),
      (
        "default: { interval: 30m, intervalMax: 20m }",
        ["schedule.default.intervalMax", "contradicts reconciliation.schedule.default.interval (0.yaml:3)", "20m is shorter than 30m"]
      ),
      ("payment: { interval: 40s, intervalMax: 10s }", ["schedule.payment.intervalMax", "10s is shorter than 40s"]),
      ("payment: { intervalMax: x }", ["schedule.payment.intervalMax", "\"x\""]),
      ("wallet: { interval: 10s }", ["schedule.wallet.interval", "is not a known key"]),
      ("payment: { intervall: 10s }", ["did you mean reconciliation.schedule.payment.interval?"]),
      ("payment: 10s", ["reconciliation.schedule.payment", "is a section"]),
    ] as [(String, [String])])
  func oneScheduleProblem(_ yaml: String, _ parts: [String]) throws {
    let problems = try problems("reconciliation: { schedule: { \(yaml) } }")
    try #require(problems.count == 1, "\(problems)")
    for part in parts { #expect(problems[0].contains(part), "\(problems[0])") }
  }

  @Test func modesHaveTheContractsNamesInCamelCase() {
    #expect(
      SessionMode.allCases.map(ConfigurationSchema.name(of:)).sorted() == [
        "payment", "paymentMethodDisplay", "paymentMethodEntry", "paymentMethodSelect", "paymentWithWallet",
      ])
  }
}

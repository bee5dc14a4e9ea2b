import ArgumentParser
import GatewaySimulator
import Logging

/// `gateway-simulator`: starts the simulator, says where, waits for a signal, and prints what it saw.
@main
struct GatewaySimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway-simulator",
    abstract: "A stand-in for the Convenient Checkout Gateway, with every fault it may have.",
    discussion: """
      Answers POST <any base path>/sessions, GET <any base path>/sessions/{id} and POST /oauth2/token as contract/gateway.md says, \
      and remembers what truly happened to every session.

      TRY IT
        gateway-simulator --scenario config/scenarios/mixed-faults.yaml --time-scale 60 --seed 7
        curl -s localhost:8787/__simulator/stats
        curl -s 'localhost:8787/__simulator/sessions?merchantTransactionId=order-1'

      ITS OWN PAGES, which need no token
        GET  /__simulator/sessions   one JSON line a session; ?merchantTransactionId= ?since= ?status=
        GET  /__simulator/stats      requests, faults, peak rate, sessions per merchantTransactionId
        POST /__simulator/reset      forget everything, begin scenario time anew
        POST /__simulator/scenario   go on under another scenario (YAML body); GET shows the present one

      The same seed, scenario and requests give the same faults, session ids and fates, in whatever order the requests come. \
      The first line it prints is "listening http://HOST:PORT"; SIGINT or SIGTERM ends it with a summary.
      """)

  @Option(help: ArgumentHelp("Address to listen on.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(name: .shortAndLong, help: ArgumentHelp("Port to listen on; 0 takes a free one.", valueName: "port"))
  var port = 8787

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Scenario file; config/scenarios/README.md explains them. None: no faults.", valueName: "file"))
  var scenario: String?

  @Option(help: ArgumentHelp("How many times faster session time runs: at 60, fifteen minutes take fifteen seconds.", valueName: "factor"))
  var timeScale = 1.0

  @Option(help: ArgumentHelp("Where all randomness starts.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Event loops.", valueName: "count"))
  var threads = 1

  @Option(help: ArgumentHelp("Origin of every hostedUrl.", valueName: "url"))
  var hostedURLOrigin = "https://stg-wallet.healthsafepay.com"

  @Option(help: ArgumentHelp("appEnv in every hostedUrl.", valueName: "name"))
  var appEnv = "stage"

  @Option(help: ArgumentHelp("Most sessions kept; then POSTs get 503 SIMULATOR_FULL.", valueName: "count"))
  var sessionsMax = 1_000_000

  @Flag(help: "Read the scenario, say whether it is right, and exit.")
  var check = false

  func run() async throws {
    do {
      let configuration = try simulatorConfiguration()
      if check { return print("\(configuration.scenario.name): right") }
      let signals = TerminationSignals()
      let simulator = try await GatewaySimulator.start(configuration)
      printNow("listening \(simulator.url)")
      await signals.first()
      await simulator.stop()
      printNow(Summary(simulator.stats()).text)
    } catch let error as SimulatorError {
      printError(error.description)
      throw ExitCode(error.code == .bind ? 1 : 2)
    }
  }

  private func simulatorConfiguration() throws -> SimulatorConfiguration {
    var configuration = SimulatorConfiguration()
    configuration.host = host
    configuration.port = port
    configuration.threads = threads
    configuration.seed = seed
    configuration.timeScale = timeScale
    configuration.hostedURLOrigin = hostedURLOrigin
    configuration.appEnv = appEnv
    configuration.sessionsMax = sessionsMax
    configuration.logger = Logger(label: "gateway-simulator") { StreamLogHandler.standardError(label: $0) }
    if let scenario { configuration.scenario = try Scenario(contentsOfFile: scenario) }
    return configuration
  }
}

import ArgumentParser
import CheckoutWorker

/// Which dead letters a command is about: the filters of `replay list` and `replay plan`. Given together, all must agree.
struct DeadLetterFilterOptions: ParsableArguments {
  @Option(
    name: .customLong("code"),
    help: ArgumentHelp("Only these error codes, comma-separated or repeated; as all but the times.", valueName: "code,…"))
  var codes: [String] = []

  @Option(name: .customLong("class"), help: ArgumentHelp("Only permanent, transient or configuration ones.", valueName: "class,…"))
  var classes: [String] = []

  @Option(name: .customLong("merchant"), help: ArgumentHelp("Only those of these merchants, by id.", valueName: "id,…"))
  var merchants: [String] = []

  @Option(
    name: .customLong("mode"),
    help: ArgumentHelp("Only those of this mode, PAYMENT for instance; unknown for those that do not say theirs.", valueName: "mode,…"))
  var modes: [String] = []

  @Option(name: .customLong("request-id"), help: ArgumentHelp("Only these requests.", valueName: "id,…"))
  var requestIDs: [String] = []

  @Option(name: .customLong("partition"), help: ArgumentHelp("Only these partitions of the dead-letter topic.", valueName: "n,…"))
  var partitions: [String] = []

  @Option(
    name: .customLong("offset"),
    help: ArgumentHelp("Only these offsets of the one partition that --partition names: 1500, or 1500-1620.", valueName: "offset,…"))
  var offsets: [String] = []

  @Option(help: ArgumentHelp("Only those written from then on: 2030-01-31T12:00:00Z, or 2h for two hours ago.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only those written before then.", valueName: "time"))
  var until: String?

  func validate() throws {
    if let objection = arguments.objection { throw ValidationError(objection) }
  }

  /// What the command line says.
  var arguments: DeadLetterFilterArguments {
    var arguments = DeadLetterFilterArguments()
    arguments.codes = codes
    arguments.classes = classes
    arguments.merchants = merchants
    arguments.modes = modes
    arguments.requestIDs = requestIDs
    arguments.partitions = partitions
    arguments.offsets = offsets
    arguments.since = since
    arguments.until = until
    return arguments
  }
}

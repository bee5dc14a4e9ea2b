import FoundationEssentials

/// The operator's shell: the worker under test in its path, the lane's configuration where a page says it is, a folder of its own.
struct RunbookShell {
  private let folder: String
  /// What is elsewhere in production.
  private let replaced: KeyValuePairs<String, String>

  init(_ replay: ReplayLane) throws {
    folder = replay.lane.folder + "/home"
    replaced = [
      "worker.yaml": "/etc/checkout-worker/worker.yaml", replay.lane.ledgerPath: "/var/lib/checkout-worker/checkout-ledger.sqlite",
      replay.lane.group: "checkout-worker",
    ]
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var file = YAMLMapping()
    for (key, value) in replay.lane.configuration.merging(replay.mended, uniquingKeysWith: { $1 }) {
      file.set(key.split(separator: ".").map(String.init), to: value)
    }
    for (name, value) in replay.lane.properties { file.set(["kafka", "properties", name], to: value) }
    file.set(["log", "format"], to: "json")
    try Data((file.text + "\n").utf8).write(to: URL(filePath: folder + "/worker.yaml"))
  }

  /// Runs a command line and gives what it prints, the worker's log left out.
  func run(_ command: String) async throws -> [String] {
    let products = Executables.worker.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let typed = command.replacing("/etc/checkout-worker/worker.yaml", with: "worker.yaml")
    let process = try RunningProcess.start(
      "/bin/bash", ["-c", "cd \"$HOME\"\n\(typed)"],
      environment: [
        "HOME": folder, "PATH": "\(products):/usr/bin:/bin", "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": Lane.clientSecret, "SUDO_USER": "alex",
      ])
    let ending = try await process.end(within: .seconds(90))
    let output = process.output.now
    guard case .exited = ending else { throw ProcessFailure("\(command): \(ending)\n\(output.tail)") }
    var lines = (output.outputLines + output.errorLines.filter { !$0.hasPrefix("{") }).map { line in
      replaced.reduce(line) { $0.replacing($1.key, with: $1.value) }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

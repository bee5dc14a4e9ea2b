/// Completes a draft (environment addresses, inherited credentials) and checks the rules that concern more than one key.
///
/// It always returns a configuration, with stand-ins where something is missing, so that every rule gets its turn; the loader uses the result
/// only when no rule objected.
struct ConfigurationResolver: Sendable {
  let draft: ConfigurationDraft
  let needsGateway: Bool
  var problems: [ConfigurationProblem] = []
  var warnings: [ConfigurationProblem] = []
  private let origins: [String: ConfigurationOrigin]
  private let refused: Set<String>

  init(assembler: ConfigurationAssembler, needsGateway: Bool) {
    draft = assembler.draft
    origins = assembler.origins
    refused = assembler.refused
    self.needsGateway = needsGateway
  }

  /// The completed configuration; look at ``problems`` before using it.
  mutating func resolve() -> WorkerConfiguration {
    let kafka = resolveKafka()
    let gateway = resolveGateway()
    return WorkerConfiguration(
      kafka: kafka, gateway: gateway, merchants: resolveMerchants(), creation: resolveCreation(), reconciliation: resolveReconciliation(),
      deadLetters: draft.deadLetters, replay: resolveReplay(),
      ledger: resolveLedger(), admin: resolveAdmin(), log: draft.log)
  }

  /// Reports a problem with a key, unless the key's own value was refused already.
  mutating func report(_ key: String, _ message: String) {
    guard !refused.contains(key) else { return }
    problems.append(ConfigurationProblem(key: key, origin: origins[key], message: message))
  }

  /// Notes something doubtful about a key.
  mutating func warn(_ key: String, _ message: String) {
    warnings.append(ConfigurationProblem(key: key, origin: origins[key], message: message))
  }

  /// True when some source gave this key, with whatever value.
  func isGiven(_ key: String) -> Bool { origins[key] != nil || refused.contains(key) }

  /// True when the value of a key was refused for which `matches` holds.
  func isAnyRefused(_ matches: (String) -> Bool) -> Bool { refused.contains(where: matches) }

  /// Reports a contradiction, naming both places.
  mutating func reportContradiction(_ key: String, with other: String, _ message: String = "give one of them") {
    let place = origins[other].map { " (\($0))" } ?? ""
    report(key, "contradicts \(other)\(place): \(message)")
  }

  /// Checks that a credential can be read now, and that others cannot.
  mutating func check(secretFile path: String, key: String) {
    do {
      _ = try SecretFile(path: path).read()
    } catch {
      return report(key, "expected a readable file with a credential, \(path): \(error.code.text)")
    }
    if SecretFile(path: path).isReadableByOthers {
      warn(key, "\(path) can be read by others than its owner: mode 0600 or 0400 is safer")
    }
  }

  private mutating func resolveAdmin() -> WorkerConfiguration.Admin {
    var admin = WorkerConfiguration.Admin()
    admin.host = draft.admin.host
    admin.port = draft.admin.port
    if let path = draft.admin.tokenFile {
      if draft.admin.token != nil { reportContradiction("admin.tokenFile", with: "admin.token") }
      check(secretFile: path, key: "admin.tokenFile")
      admin.token = .file(path)
    } else if let token = draft.admin.token {
      admin.token = .value(token)
    }
    if admin.isEnabled, admin.token == nil, !HostName.isLoopback(admin.host) {
      warn("admin.host", "the admin endpoint can be reached from other hosts and asks for no token: set admin.tokenFile")
    }
    return admin
  }
}

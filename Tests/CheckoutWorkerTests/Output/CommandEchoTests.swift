import Testing

@testable import CheckoutWorker

@Suite("the command to type next")
struct CommandEchoTests {
  @Test("it has the global options that were given, in a form that a shell reads back")
  func options() {
    var sources = ConfigurationSources(files: ["/etc/a b.yaml", "c.yaml"], kafkaProperties: ["security.protocol=ssl"])
    sources.overrides = ["kafka.bootstrapServers=b-1:9092,b-2:9092"]
    sources.logLevel = "debug"
    #expect(
      CommandEcho(sources).command("replay apply", CommandEcho.quoted("it's.jsonl"))
        == "checkout-worker replay apply --config '/etc/a b.yaml' --config c.yaml -X security.protocol=ssl "
        + #"--set kafka.bootstrapServers=b-1:9092,b-2:9092 --log-level debug 'it'\''s.jsonl'"#)
    #expect(CommandEcho().command("status") == "checkout-worker status")
    #expect(CommandEcho.quotedPath("it's.jsonl") == #"'it'\''s.jsonl'"#)
    #expect(CommandEcho.quoted("") == "''" && CommandEcho.quoted("$(x)") == "'$(x)'")
  }

  @Test(
    "no file's name is taken for an option", arguments: [("-p.jsonl", "./-p.jsonl"), ("--x y", "'./--x y'"), ("-", "-"), ("a-b", "a-b")])
  func paths(path: String, shown: String) {
    #expect(CommandEcho.quotedPath(path) == shown)
    #expect(CommandEcho(ConfigurationSources(files: [path])).command("status") == "checkout-worker status --config \(shown)")
  }

  @Test(
    "credentials are left out, their files are not",
    arguments: [
      ("-X", "sasl.password=geheim", "-X sasl.password=…"), ("-X", "ssl.key.pem=geheim", "-X ssl.key.pem=…"),
      ("-X", "sasl.passwordFile=/run/p", "-X sasl.passwordFile=/run/p"),
      ("--set", "kafka.properties.sasl.password=geheim", "--set kafka.properties.sasl.password=…"),
      ("--set", "gateway.token=geheim", "--set gateway.token=…"),
      ("--set", "merchants.shop.token=geheim", "--set merchants.shop.token=…"),
      ("--set", "ledger.url=postgres://u:geheim@h/d", "--set ledger.url=…"),
      ("--set", "ledger.url=postgres://u@h/d", "--set ledger.url=postgres://u@h/d"), ("--set", "geheim", "--set …"),
      ("--set", "ledger.url=postgres://u@h/d?password=geheim", "--set ledger.url=…"),
      ("--set", "ledger.url=postgres://h/d?password=geheim@x", "--set ledger.url=…"),
      // Whatever the bridge to librdkafka takes for a secret.
      ("-X", "some.token=geheim", "-X some.token=…"), ("-X", "ssl.key.passphrase=geheim", "-X ssl.key.passphrase=…"),
      ("-X", "sasl.kerberos.kinit.cmd=kinit geheim", "-X sasl.kerberos.kinit.cmd=…"),
      ("--set", "kafka.properties.sasl.kerberos.kinit.cmd=geheim", "--set kafka.properties.sasl.kerberos.kinit.cmd=…"),
      ("-X", "sasl.oauthbearer.config=geheim", "-X sasl.oauthbearer.config=…"),
      ("-X", "sasl.jaas.config=geheim", "-X sasl.jaas.config=…"), ("-X", "SSL.Key.PEM=geheim", "-X SSL.Key.PEM=…"),
    ])
  func secrets(flag: String, given: String, shown: String) {
    let sources =
      flag == "-X" ? ConfigurationSources(kafkaProperties: [given]) : ConfigurationSources(overrides: [given])
    #expect(CommandEcho(sources).command("status") == "checkout-worker status " + shown)
  }
}

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
    #expect(CommandEcho.quoted("") == "''" && CommandEcho.quoted("$(x)") == "'$(x)'")
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
    ])
  func secrets(flag: String, given: String, shown: String) {
    let sources =
      flag == "-X" ? ConfigurationSources(kafkaProperties: [given]) : ConfigurationSources(overrides: [given])
    #expect(CommandEcho(sources).command("status") == "checkout-worker status " + shown)
  }
}

import CheckoutSession

/// `config/reference.md`, generated from ``ConfigurationSchema``. A test fails when the committed file differs; `make reference` writes it anew.
public enum ConfigurationReference {
  /// The whole page.
  public static func markdown() -> String {
    var lines = [
      "# Configuration keys", "",
      "Generated from the schema in `Sources/CheckoutWorker/Configuration/Schema`; `make reference` writes it anew, a test compares it.",
      "",
      "Sources, later wins: YAML files (`--config`, repeatable), environment variables, flags. An empty variable counts as absent.",
      "An unknown key or variable is an error. All problems are listed at once, and the program ends with exit code 2.",
      "Durations and sizes carry their unit: `20ms` `15s` `5m` `24h` `7d`, `256KiB` `4MiB`. Lists are YAML lists, or text with commas.",
      "Relative paths start at the working folder. *Secret* values come only from the environment, or from the file that the `…File` key names;",
      "they stand in no YAML file. No key is reloadable while the worker runs; files that hold credentials are read again when needed.", "",
    ]
    for section in ConfigurationSchema.sections {
      lines += ["## `\(section.name)`", "", section.text, ""]
      lines += header + section.entries.map { row($0, variable: EnvironmentName.variable(forKey: $0.key)) }
      if section.name == "kafka" { lines.append(propertyRow) }
      if section.name == "merchants" {
        lines += ConfigurationSchema.merchantRows.map { entry in
          var entry = entry
          let variable = "\(EnvironmentName.prefix)MERCHANTS_<NAME>_\(EnvironmentName.words(of: entry.key))"
          entry.key = "merchants.<name>.\(entry.key)"
          return row(entry, variable: variable)
        }
      }
      if section.name == "reconciliation" { lines.append(modeScheduleRow) }
      lines.append("")
      lines += notes[section.name].map { [$0, ""] } ?? []
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private static let header = [
    "| key | type | default | range | environment variable | secret | reloadable | meaning |", "|---|---|---|---|---|---|---|---|",
  ]

  private static let propertyRow =
    "| `kafka.properties.<name>` | text | – | – | `CHECKOUT_KAFKA_PROPERTIES_<NAME>` | some | no "
    + "| Any librdkafka property, dots and all; `-X name=value` on the command line. |"

  private static let modeScheduleRow =
    "| `reconciliation.schedule.<mode>.…` | as above | as `reconciliation.schedule.default.…` | as above "
    + "| `CHECKOUT_RECONCILIATION_SCHEDULE_<MODE>_…` | no | no | The same six keys for the sessions of one mode. |"

  /// Which modes there are, and what those have that differ: `` `paymentMethodDisplay`: `interval` is `15m`, … ``.
  private static var modes: (names: String, exceptions: String) {
    let exceptions = SessionMode.allCases.compactMap { mode -> String? in
      let own = ConfigurationSchema.ownScheduleDefaults(of: mode).map { "`\($0.key)` is `\($0.text)`" }
      return own.isEmpty ? nil : "`\(ConfigurationSchema.name(of: mode))`: \(own.joined(separator: ", "))"
    }
    return (
      SessionMode.allCases.map { "`\(ConfigurationSchema.name(of: $0))`" }.joined(separator: " "), exceptions.joined(separator: "; ")
    )
  }

  private static let notes = [
    "kafka": """
    In a variable the dots of a property's name are `_`: `CHECKOUT_KAFKA_PROPERTIES_SASL_MECHANISM`. `bootstrap.servers` and `group.id` mean the two keys
    above. Credentials (\(KafkaProperty.secretNames.sorted().map { "`\($0)`" }.joined(separator: ", "))) come from the
    environment or from a file, which `File` after the name gives: `kafka.properties.sasl.passwordFile`. Refused, because the worker's promises rest on
    them: `enable.auto.commit` and `enable.auto.offset.store` other than false, `acks` other than all, `enable.idempotence` other than true.
    """,
    "reconciliation": """
    `<mode>` is one of \(modes.names). Defaults that differ from those of all modes:
    \(modes.exceptions).
    `checkout-worker documentation schedule --config FILE` prints what a schedule costs and gives: polls for each session, and how soon its end is told.
    """,
    "merchants": """
    `<name>` is a label of letters, digits, `-` and `_`. In a variable it stands in capitals with `_` for `-`; a merchant that only variables name gets
    the label in small letters.
    """,
  ]

  private static func row(_ entry: ConfigurationEntry<some Sendable>, variable: String) -> String {
    let cells = [
      "`\(entry.key)`", entry.type, entry.defaultText.map { "`\($0)`" } ?? entry.defaultRemark ?? "–",
      entry.range.isEmpty ? "–" : entry.range,
      "`\(variable)`", entry.isSecret ? "yes" : "no", entry.isReloadable ? "yes" : "no", entry.text,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}

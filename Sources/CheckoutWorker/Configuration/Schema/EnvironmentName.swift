/// Environment variable names of keys: `kafka.bootstrapServers` and `CHECKOUT_KAFKA_BOOTSTRAP_SERVERS`.
enum EnvironmentName {
  /// What every variable of the worker starts with.
  static let prefix = "CHECKOUT_"

  /// The variable for a key.
  static func variable(forKey key: String) -> String { prefix + words(of: key) }

  /// A key's parts and words in capitals, with `_` between them. `hostedURLOrigin` is three words: `HOSTED_URL_ORIGIN`.
  static func words(of key: some StringProtocol) -> String {
    var result = ""
    let characters = Array(key)
    for (index, character) in characters.enumerated() {
      if character == "." || character == "-" {
        result.append("_")
        continue
      }
      if character.isUppercase, index > 0 {
        let afterLower = characters[index - 1].isLowercase || characters[index - 1].isNumber
        let startsWord = characters[index - 1].isUppercase && index + 1 < characters.count && characters[index + 1].isLowercase
        if afterLower || startsWord { result.append("_") }
      }
      result.append(character.uppercased())
    }
    return result
  }
}

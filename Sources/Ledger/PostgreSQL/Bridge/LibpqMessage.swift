/// Reads the messages of libpq that come without a code: those of a connection that was not made.
enum LibpqMessage {
  /// Its first line that says something.
  static func firstLine(of message: String) -> String {
    message.split(separator: "\n").first.map { String($0) } ?? "no message"
  }

  /// What a connection that failed says. libpq gives the server's code only as `FATAL:  28P01: …`, and that only if asked to be verbose; a host with many
  /// addresses gives a line for each.
  static func connectError(_ message: String) -> PostgresError {
    // Lines that begin with a tab are advice, those with a capital word and a colon the server's details.
    let lines = message.split(separator: "\n").filter { $0.first != "\t" && !isDetail($0) }
    for line in lines {
      guard let (state, text) = serverError(in: line) else { continue }
      var error = PostgresError(server: state, primary: text, constraint: nil)
      error.isConnectionLost = true
      return error
    }
    let text = lines.isEmpty ? "no message" : lines.joined(separator: "; ")
    return PostgresError(message: text, isConnectionLost: true, isPermanent: isPermanent(text))
  }

  private static func isDetail(_ line: Substring) -> Bool {
    ["DETAIL:", "HINT:", "LOCATION:", "CONTEXT:"].contains { line.hasPrefix($0) }
  }

  /// The code and the text of `…FATAL:  28P01: text`, in whatever language the server says FATAL.
  static func serverError(in line: Substring) -> (state: String, text: String)? {
    var rest = line
    while let mark = rest.firstRange(of: ":  ") {
      rest = rest[mark.upperBound...]
      let state = rest.prefix(5)
      let after = rest.dropFirst(5)
      if state.count == 5, state.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }), after.hasPrefix(": ") {
        return (String(state), String(after.dropFirst(2)))
      }
    }
    return nil
  }

  /// Failures that waiting does not mend: what libpq says about certificates, keys and missing passwords. That the network broke within the TLS handshake
  /// is none of them.
  static func isPermanent(_ text: String) -> Bool {
    let permanent = [
      "certificate", "private key", "does not support SSL", "no password supplied", "SSL error:", "SCRAM", "invalid sslmode",
      "invalid port",
    ]
    return permanent.contains { text.contains($0) } && !text.contains("unexpected eof")
  }
}

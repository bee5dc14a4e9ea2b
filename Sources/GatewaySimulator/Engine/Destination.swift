/// What a request path names. The base path is the client's business: whatever ends in `/sessions` is the sessions.
enum Destination: Equatable {
  case sessions
  case session(Substring)
  case token
  /// One of the simulator's own pages: what follows `/__simulator/`, and the query.
  case simulator(Substring, query: Substring)
  case nothing

  init(uri: String) {
    var path = uri[...]
    var query: Substring = ""
    if let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) {
      path = uri[..<mark]
      query = uri[uri.utf8.index(after: mark)...]
    }
    let own = "/__simulator/"
    guard path.utf8.first == UInt8(ascii: "/"), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      self = .nothing
      return
    }
    let last = path[path.utf8.index(after: slash)...]
    let parent = path[..<slash]
    if path.hasPrefix(own) {
      self = .simulator(path.dropFirst(own.count), query: query)
    } else if last == "sessions" {
      self = .sessions
    } else if last == "token", parent.hasSuffix("/oauth2") {
      self = .token
    } else if parent.hasSuffix("/sessions"), !last.isEmpty {
      self = .session(last)
    } else {
      self = .nothing
    }
  }
}

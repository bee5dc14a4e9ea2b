import NIOCore
import NIOPosix

/// One TCP connection that sends bytes as given and reads answers: a client that can also misbehave.
struct HTTPTestClient {
  struct Answer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body = ""
  }

  struct Closed: Error {}

  /// Opens a connection, lets `body` use it and closes it.
  static func connect<Result: Sendable>(port: Int, _ body: @Sendable (inout Connection) async throws -> Result) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
      channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = Connection(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      return try await body(&connection)
    }
  }

  /// One request on a connection of its own.
  static func get(_ path: String, port: Int, method: String = "GET", headers: [String] = []) async throws -> Answer {
    try await connect(port: port) { connection in
      try await connection.send(method: method, path, headers: headers)
      return try await connection.receive(hasBody: method != "HEAD")
    }
  }

  struct Connection {
    var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ""

    init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
      self.inbound = inbound
      self.outbound = outbound
    }

    func send(method: String = "GET", _ path: String, headers: [String] = []) async throws {
      try await send(raw: "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    func send(raw: String) async throws {
      try await outbound.write(ByteBuffer(string: raw))
    }

    /// The next answer; its length comes from `content-length`.
    mutating func receive(hasBody: Bool = true) async throws -> Answer {
      var answer = Answer()
      let head = try await read(until: "\r\n\r\n")
      let lines = head.split(separator: "\r\n")
      answer.status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        answer.headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
      }
      let length = hasBody ? Int(answer.headers["content-length"] ?? "0") ?? 0 : 0
      while received.utf8.count < length { try await readMore() }
      answer.body = String(decoding: Array(received.utf8.prefix(length)), as: UTF8.self)
      received = String(decoding: Array(received.utf8.dropFirst(length)), as: UTF8.self)
      return answer
    }

    /// Returns once the server has closed the connection, with what it sent before.
    mutating func readToEnd() async throws -> String {
      while let part = try await inbound.next() { received += String(buffer: part) }
      return received
    }

    private mutating func read(until mark: String) async throws -> String {
      while true {
        let bytes = Array(received.utf8)
        if let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark.utf8) }) {
          received = String(decoding: bytes[(start + mark.utf8.count)...], as: UTF8.self)
          return String(decoding: bytes[..<start], as: UTF8.self)
        }
        try await readMore()
      }
    }

    private mutating func readMore() async throws {
      guard let part = try await inbound.next() else { throw Closed() }
      received += String(buffer: part)
    }
  }
}

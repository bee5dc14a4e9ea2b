import Dispatch
import Glibc

extension Lane {
  /// Removes a partition's records before `offset`, as retention does in its own time: Kafka's request DeleteRecords, which librdkafka's clients here have no
  /// use for.
  func removeRecords(of topic: String, partition: Int32, before offset: Int64) async throws {
    let port = bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    var request: [UInt8] = []
    // Header: the request's key and version, a correlation id, who asks.
    request.append(bigEndian: Int16(21))
    request.append(bigEndian: Int16(1))
    request.append(bigEndian: Int32(1))
    request.append(string: "e2e")
    request.append(bigEndian: Int32(1))
    request.append(string: topic)
    request.append(bigEndian: Int32(1))
    request.append(bigEndian: partition)
    request.append(bigEndian: offset)
    request.append(bigEndian: Int32(5000))
    let answer = try await KafkaSocket.exchange(request, port: port)
    // The last two bytes are the one partition's error code.
    guard answer.suffix(2) == [0, 0] else { throw ProcessFailure("DeleteRecords of \(topic): error \(answer.suffix(2))") }
  }
}

/// One request over a connection of its own, on a thread of its own.
private enum KafkaSocket {
  static func exchange(_ request: [UInt8], port: UInt16) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "kafka-socket").async { continuation.resume(with: Result { try exchangeBlocking(request, port) }) }
    }
  }

  private static func exchangeBlocking(_ request: [UInt8], _ port: UInt16) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
    guard isConnected else { throw ProcessFailure("cannot connect to port \(port)") }
    var framed: [UInt8] = []
    framed.append(bigEndian: Int32(request.count))
    framed += request
    guard send(descriptor, framed, framed.count, Int32(MSG_NOSIGNAL)) == framed.count else { throw ProcessFailure("cannot send") }
    let length = try receive(4, descriptor).reduce(0) { $0 << 8 | Int($1) }
    return try receive(length, descriptor)
  }

  private static func receive(_ count: Int, _ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count < count {
      let read = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
      guard read > 0 else { throw ProcessFailure("the broker closed the connection") }
      bytes += buffer[..<read]
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(string: String) {
    append(bigEndian: Int16(string.utf8.count))
    append(contentsOf: string.utf8)
  }
}

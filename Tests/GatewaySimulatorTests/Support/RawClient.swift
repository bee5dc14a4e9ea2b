import NIOCore
import NIOPosix

/// A client that knows nothing of HTTP: it sends what it is given and shows what came.
enum RawClient {
  enum End: Equatable {
    /// Enough had come; the connection was still open.
    case enough
    /// The server closed it.
    case closed
    /// The server reset it.
    case reset
    /// There was no connection to be had.
    case refused
  }

  struct Outcome {
    var text = ""
    var end = End.enough
    /// How many times something came.
    var pieces = 0
  }

  /// Sends `text` and reads until `isEnough` or the end.
  static func exchange(_ port: Int, _ text: String, until isEnough: @Sendable (String) -> Bool = { _ in false }) async -> Outcome {
    var outcome = Outcome()
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
    } catch {
      return Outcome(end: .refused)
    }
    do {
      outcome = try await channel.executeThenClose { inbound, outbound in
        var outcome = Outcome()
        do {
          try await outbound.write(ByteBuffer(string: text))
          for try await part in inbound {
            outcome.text += String(buffer: part)
            outcome.pieces += 1
            if isEnough(outcome.text) { return outcome }
          }
          outcome.end = .closed
        } catch {
          outcome.end = .reset
        }
        return outcome
      }
    } catch {
      outcome.end = .reset
    }
    return outcome
  }

  /// Sends requests and reads as many whole answers (of the simulator, which always says how long they are).
  static func exchange(_ port: Int, _ requests: String, answers: Int) async -> Outcome {
    await exchange(port, requests) { wholeAnswers($0) >= answers }
  }

  private static func wholeAnswers(_ text: String) -> Int {
    var rest = Array(text.utf8)[...]
    var count = 0
    while let head = end(ofHead: rest) {
      let lines = String(decoding: rest[..<head], as: UTF8.self).lowercased()
      let length = lines.split(separator: "content-length: ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      guard rest.endIndex - head >= length else { return count }
      rest = rest[(head + length)...]
      count += 1
    }
    return count
  }

  private static func end(ofHead bytes: ArraySlice<UInt8>) -> Int? {
    let mark = Array("\r\n\r\n".utf8)
    guard bytes.count >= 4 else { return nil }
    return (bytes.startIndex...bytes.endIndex - 4).first { bytes[$0..<$0 + 4].elementsEqual(mark) }.map { $0 + 4 }
  }
}

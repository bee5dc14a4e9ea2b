import Foundation
import Testing

@testable import Telemetry

@Suite(.timeLimit(.minutes(1))) struct LogSinkTests {
  /// Lines longer than what the kernel keeps whole (`PIPE_BUF`, 4 KiB), from several threads, into a pipe that is full most of the time.
  @Test func linesOfSeveralThreadsNeverMix() async {
    let pipe = Pipe()
    let sink = DescriptorLogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let writers = 4
    let linesEach = 60
    for writer in 0..<writers {
      Thread.detachNewThread {
        let line = Array(repeating: UInt8(ascii: "a") + UInt8(writer), count: 15_000) + [UInt8(ascii: "\n")]
        for _ in 0..<linesEach { sink.write(line: line) }
      }
    }
    let expected = writers * linesEach * 15_001
    let received = await withCheckedContinuation { continuation in
      // A thread of its own: reading blocks.
      Thread.detachNewThread {
        var received = Data()
        while received.count < expected {
          let part = pipe.fileHandleForReading.availableData
          if part.isEmpty { break }
          received += part
        }
        continuation.resume(returning: received)
      }
    }
    let lines = received.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == writers * linesEach)
    #expect(lines.allSatisfy { line in line.count == 15_000 && line.allSatisfy { $0 == line.first } })
    #expect(sink.droppedLines == 0)
  }

  @Test func aStalledNonBlockingDescriptorDropsAndCounts() {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
    let sink = DescriptorLogSink(descriptor: descriptor, stallMillisecondsMax: 0)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
    for _ in 0..<4 { sink.write(line: line) }
    #expect(sink.droppedLines == 3)
    withExtendedLifetime(pipe) {}
  }

  @Test func aClosedDescriptorIsCounted() {
    let sink = DescriptorLogSink(descriptor: -1)
    sink.write(line: [0x0A])
    sink.write(line: [])
    #expect(sink.droppedLines == 1)
  }

  @Test func theRecordingSinkIsBounded() {
    let sink = RecordingLogSink(linesMax: 2)
    for text in ["a\n", "b", "c\n"] { sink.write(line: Array(text.utf8)) }
    #expect(sink.lines == ["a", "b"])
    #expect(sink.droppedLines == 1)
  }
}

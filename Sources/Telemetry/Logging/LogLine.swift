import Logging

/// Everything a line shows, ready for an encoder.
struct LogLine {
  let time: LogTimestamp
  let level: Logger.Level
  let label: String
  let message: String
  let members: [LogMember]
}

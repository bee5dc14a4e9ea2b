/// One thing that the stage did to the world outside, as far as a crash after it matters.
enum Effect: Equatable, Sendable {
  case claim([String])
  case post(String)
  case record(Int)
  case renew(Int)
  case publish([String])
  case mark(Int)
  case finish([Int64])
}

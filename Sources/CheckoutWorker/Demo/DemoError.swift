/// Why the demo could not begin.
struct DemoError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}

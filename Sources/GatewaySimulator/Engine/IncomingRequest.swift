import NIOHTTP1

/// A request that was read whole.
struct IncomingRequest {
  var method: HTTPMethod
  var uri: String
  var headers: HTTPHeaders
  var body: [UInt8]

  init(method: HTTPMethod, uri: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.method = method
    self.uri = uri
    self.headers = headers
    self.body = body
  }
}

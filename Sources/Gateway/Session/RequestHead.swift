import CheckoutSession
import NIOCore

/// Renders the heads of requests: what never changes is rendered once.
enum RequestHead {
  /// Request line and the headers that every request to an origin has. No blank line yet.
  static func fixedPart(method: String, path: String, route: HTTPRoute, userAgent: String) -> String {
    requestLine(method: method, path: path, route: route) + headers(route: route, userAgent: userAgent)
  }

  /// `METHOD target HTTP/1.1`; the target is the whole URL if a proxy is to read it.
  static func requestLine(method: String, path: String, route: HTTPRoute) -> String {
    "\(method) \(target(path: path, route: route)) HTTP/1.1\r\n"
  }

  /// What stands between method and version.
  static func target(path: String, route: HTTPRoute) -> String {
    (route.usesAbsoluteForm ? route.origin.origin : "") + (path.isEmpty ? "/" : path)
  }

  /// `Host`, `User-Agent`, `Accept` and, towards a proxy that reads along, its credentials.
  static func headers(route: HTTPRoute, userAgent: String) -> String {
    var text = "Host: \(route.origin.hostHeader)\r\nUser-Agent: \(userAgent)\r\nAccept: application/json\r\n"
    if route.usesAbsoluteForm, let authorization = route.proxyAuthorization {
      text += "Proxy-Authorization: Basic \(authorization.value)\r\n"
    }
    return text
  }
}

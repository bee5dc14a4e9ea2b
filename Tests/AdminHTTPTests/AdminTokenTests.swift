import Testing

@testable import AdminHTTP

@Suite struct AdminTokenTests {
  @Test(arguments: ["", " \n", "a b", "a\u{0}", "tök"])
  func unusableValuesAreRefused(value: String) {
    #expect(AdminToken(value) == nil)
  }

  @Test func theValueCannotBePrinted() throws {
    let token = try #require(AdminToken("s3cret"))
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!(dumped + "\(token)" + String(reflecting: token)).contains("s3cret"))
    #expect(!dumped.contains("115"))
  }

  @Test(arguments: [
    ("https://a", true), ("http://a", true), ("/metrics", true), ("//evil", false), ("javascript:x", false), ("data:x", false), ("", false),
  ])
  func onlyPlainTargetsAreLinked(target: String, isSafe: Bool) {
    #expect(OperationsLink(title: "t", target: target).isSafe == isSafe)
  }

  @Test(arguments: [(0, "0s"), (59, "59s"), (3600, "1h 0m 0s"), (90_061, "1d 1h 1m 1s"), (-5, "0s")])
  func uptimeIsReadable(seconds: Int, expected: String) {
    #expect(OperationsPage.readable(.seconds(seconds)) == expected)
  }
}

import CheckoutSession
import Foundation
import Testing

@Suite("Reading a request")
struct SessionRequestTests {
  private func rejection(_ body: ArraySlice<UInt8>?) -> RequestRejection? {
    var reader = JSONReader()
    do {
      _ = try SessionRequest.read(body, reader: &reader)
      return nil
    } catch { return error }
  }

  private func rejection(_ text: String) -> RequestRejection? { rejection(ArraySlice(shifted: text)) }

  @Test("tells bad values apart")
  func codes() throws {
    #expect(rejection(nil as ArraySlice<UInt8>?)?.code == .emptyValue)
    #expect(rejection([])?.code == .emptyValue)
    #expect(rejection(" \n")?.code == .emptyValue)
    let large = #"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"t"},"x":""#
    #expect(rejection(large + String(repeating: "x", count: 256 * 1024 - large.utf8.count - 2) + "\"}") == nil)
    #expect(rejection(large + String(repeating: "x", count: 256 * 1024 - large.utf8.count - 1) + "\"}")?.code == .valueTooLarge)
    #expect(rejection(String(repeating: "x", count: 300 * 1024))?.code == .valueTooLarge)
    #expect(rejection(Array("{\"a\":\"".utf8)[...] + [0xFF] + Array("\"}".utf8)[...])?.code == .invalidJSON)
    #expect(rejection(String(repeating: "[", count: 40) + String(repeating: "]", count: 40))?.code == .invalidJSON)
    #expect(rejection(#"{"payment":{"amount":1,"amount":2}}"#)?.code == .invalidJSON)
    #expect(rejection("[]")?.detail == "$: must be an object, got an array")
    #expect(rejection("[]")?.code == .invalidRequest && rejection("[]")?.field == nil)
    #expect(rejection("{}")?.field == "config")
  }

  @Test("keeps what it could learn of a bad request")
  func learned() throws {
    let found = try #require(rejection(#"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"t-1","amount":0}}"#))
    #expect(found.mode == .payment && found.merchantTransactionID == "t-1" && found.field == "payment.amount")
    #expect(found.replyError.code == "INVALID_REQUEST" && !found.replyError.retryable && found.replyError.detail == found.detail)
    #expect(rejection(#"{"payment":{"merchantTransactionId":"t-1"}}"#)?.merchantTransactionID == "t-1")
  }

  @Test("fits all violations into 1024 bytes and counts the rest")
  func bounded() throws {
    let bad = #""hsid":1,"enterpriseId":1,"email":1,"firstName":1,"lastName":1,"ssnLastFour":1,"dateOfBirth":1,"zip5":1,"metadata":1"#
    let body =
      #"{"customer":{\#(bad)},"payment":{"merchantTransactionId":1,"amount":"","statementDescriptorSuffix":1,"metadata":1},"#
      + #""paymentMethod":1,"agent":{"userId":1,"firstName":1,"lastName":1},"config":{"modes":1,"paymentMethodChannel":{"card":1,"bankAccount":1},"privacyPolicyUrl":1}}"#
    let found = try #require(rejection(body))
    #expect(found.violations.count == 21)
    #expect(found.detail.utf8.count <= 1024 && found.detail.utf8.count > 800)
    let shown = found.detail.components(separatedBy: "; ").count - 1
    #expect(found.detail.hasSuffix("; … and \(21 - shown) more"))
  }

  @Test("never repeats what stands below customer, agent and metadata")
  func noEcho() throws {
    let secret = "S3CRET"
    let leaf = "\"\(secret)!\""
    for path in ["hsid", "enterpriseId", "email", "ssnLastFour", "dateOfBirth", "zip5"] {
      let found = try #require(
        rejection(#"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"t"},"customer":{"\#(path)":\#(leaf)}}"#))
      #expect(!found.detail.contains(secret) && !"\(found)".contains(secret), "\(found)")
    }
    let metadata = try #require(
      rejection(
        #"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"t","metadata":{"\#(secret)":{}}},"agent":{"firstName":[\#(leaf)]}}"#
      ))
    #expect(!metadata.detail.contains(secret))
    #expect(rejection(#"{"config":{"modes":[\#(leaf)]}}"#)?.detail.contains(secret) == false)
    #expect(rejection(#"{"payment":{"amount":\#(leaf)},"config":{}}"#)?.detail.contains(secret) == false)
  }
}

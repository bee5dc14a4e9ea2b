import CheckoutSession

/// Valid request bodies.
enum RequestBodies {
  static let methodID = "5f0f2f0a-9a55-4a07-8a7f-0d6c0c7f6b11"

  static func body(_ mode: SessionMode, transaction: String) -> [UInt8] {
    let customer = #""customer":{"firstName":"foo","hsid":"120c5730-e796-4448-8da9-081fde4e3e79"},"#
    let payment = #""payment":{"merchantTransactionId":"\#(transaction)","amount":1200},"#
    let method = #""paymentMethod":{"id":"\#(methodID)"},"#
    let config = #""config":{"modes":["\#(mode.rawValue)"]}"#
    let sections: String =
      switch mode {
      case .payment: payment
      case .paymentWithWallet, .paymentMethodEntry: customer + payment
      case .paymentMethodSelect, .paymentMethodDisplay: customer + payment + method
      }
    return Array("{\(sections)\(config)}".utf8)
  }
}

/// One named thing that is well or not, such as `kafka.assignment` or `gateway.token`.
public struct HealthCheck: Sendable, Equatable {
  /// What is checked.
  public let name: String
  /// Whether it is well.
  public let isOK: Bool
  /// Why it is not, or a remark; never a customer's data or a credential.
  public let reason: String

  private init(name: String, isOK: Bool, reason: String) {
    self.name = name
    self.isOK = isOK
    self.reason = reason
  }

  /// The thing is well.
  public static func ok(_ name: String, _ remark: String = "") -> HealthCheck {
    HealthCheck(name: name, isOK: true, reason: remark)
  }

  /// The thing is not well, and why.
  public static func failing(_ name: String, _ reason: String) -> HealthCheck {
    HealthCheck(name: name, isOK: false, reason: reason)
  }
}

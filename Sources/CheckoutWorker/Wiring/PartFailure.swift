import CheckoutSession
import Creation
import Gateway
import Kafka

/// Which exit code an error of a part stands for (`design/architecture.md`, "Command line").
enum PartFailure {
  /// The exit code for `error`.
  static func exitStatus(for error: any Error) -> ExitStatus {
    switch error {
    case is ConfigurationError, is SecretFileError, is GatewayConfigurationError: .wrongUsage
    case let error as KafkaError: exitStatus(for: error)
    case let error as CreationError where error.code == .refused: .refused
    case let failure as GatewayFailure:
      switch failure.failureClass {
      case .configuration: .refused
      case .transient: .tryAgainLater
      case .permanent: .failed
      }
    case let failure as LedgerFailure: failure.isTransient ? .tryAgainLater : .failed
    default: .failed
    }
  }

  private static func exitStatus(for error: KafkaError) -> ExitStatus {
    switch error.code {
    case .unknownProperty, .invalidProperty: return .wrongUsage
    case .authentication: return .refused
    default: break
    }
    if error.code.rawValue.contains("AUTHENTICATION") || error.code.rawValue.contains("AUTHORIZATION") { return .refused }
    return error.failureClass == .transient ? .tryAgainLater : .failed
  }
}

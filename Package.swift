// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsCore = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "checkout-session-worker",
  products: [
    .executable(name: "checkout-worker", targets: ["checkout-worker"]),
    .executable(name: "gateway-simulator", targets: ["gateway-simulator"]),
    .library(name: "GatewaySimulator", targets: ["GatewaySimulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // The pure core: no I/O, no clock.
    .target(name: "CheckoutSession", dependencies: [crypto], swiftSettings: strict),
    .target(name: "Pacing", dependencies: [deque, heap], swiftSettings: strict),
    .target(name: "Records", swiftSettings: strict),

    // The stages, which own their ports.
    .target(name: "Stage", dependencies: ["CheckoutSession", "Pacing", "Records"], swiftSettings: strict),
    .target(name: "Creation", dependencies: ["CheckoutSession", "Pacing", "Records", "Stage", logging, metrics], swiftSettings: strict),
    .target(
      name: "Reconciliation", dependencies: ["CheckoutSession", "Pacing", "Records", "Stage", logging, metrics], swiftSettings: strict),
    .target(name: "Replay", dependencies: ["CheckoutSession", "Pacing", "Records", "Stage", logging], swiftSettings: strict),

    // The adapters.
    .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .target(name: "CKafka", dependencies: ["CRdKafka"], cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "Kafka", dependencies: ["CKafka", "Records", logging, metrics], swiftSettings: strict),
    .target(
      name: "Gateway", dependencies: ["CheckoutSession", logging, metrics, nioCore, nioPosix, nioSSL, nioTLS], swiftSettings: strict),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(
      name: "Ledger", dependencies: ["CheckoutSession", "CPostgres", grdb, grdbSQLite, logging, metrics], swiftSettings: strict),
    .target(name: "Telemetry", dependencies: [logging, metricsCore], swiftSettings: strict),
    .target(
      name: "AdminHTTP", dependencies: ["Telemetry", hummingbird, logging, nioCore, serviceLifecycle], swiftSettings: strict),

    // What proves afterwards that nothing was lost; knows neither Kafka nor the ledger's storage.
    .target(name: "Audit", dependencies: ["CheckoutSession", grdb, grdbSQLite], swiftSettings: strict),

    // The worker.
    .target(
      name: "CheckoutWorker",
      dependencies: [
        "AdminHTTP", "Audit", "CheckoutSession", "Creation", "Gateway", "GatewaySimulator", "Kafka", "KafkaTestKit", "Ledger", "Pacing",
        "Reconciliation", "Records", "Replay", "Stage", "Telemetry", logging, metrics, serviceLifecycle, unixSignals, yams,
      ],
      swiftSettings: strict),
    .executableTarget(name: "checkout-worker", dependencies: ["CheckoutWorker", argumentParser], swiftSettings: strict),

    // Stand-ins: products and test tools.
    .target(
      name: "GatewaySimulator", dependencies: ["CheckoutSession", logging, nioCore, nioHTTP1, nioPosix, yams], swiftSettings: strict),
    .executableTarget(
      name: "gateway-simulator", dependencies: ["GatewaySimulator", argumentParser, logging], swiftSettings: strict),
    .target(name: "KafkaTestKit", dependencies: ["Kafka", "ProcessTestKit", logging], swiftSettings: strict),
    .target(name: "PostgresTestKit", dependencies: ["ProcessTestKit"], swiftSettings: strict),
    .target(name: "ProcessTestKit", swiftSettings: strict),
    .target(name: "TestClock", swiftSettings: strict),

    // Tests.
    .testTarget(
      name: "AdminHTTPTests", dependencies: ["AdminHTTP", "Telemetry", logging, nioCore, nioPosix, serviceLifecycle], swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(name: "AuditTests", dependencies: ["Audit", "CheckoutSession", "Records"], swiftSettings: strict),
    .testTarget(name: "CheckoutSessionTests", dependencies: ["CheckoutSession"], swiftSettings: strict),
    .testTarget(
      name: "CheckoutWorkerTests",
      dependencies: [
        "CheckoutSession", "CheckoutWorker", "Creation", "GatewaySimulator", "Kafka", "KafkaTestKit", "Ledger", "Pacing", "Reconciliation",
        "Records", "Replay", "Telemetry", "TestClock", logging,
      ],
      swiftSettings: strict),
    .testTarget(name: "CreationTests", dependencies: ["Creation", "Stage", "TestClock", logging], swiftSettings: strict),
    .testTarget(
      name: "ReplayTests", dependencies: ["CheckoutSession", "Pacing", "Records", "Replay", "Stage", "TestClock", logging],
      swiftSettings: strict),
    .testTarget(name: "ReconciliationTests", dependencies: ["Reconciliation", "Stage", "TestClock", logging], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CheckoutSession", "GatewaySimulator", "Kafka", "KafkaTestKit", "Ledger", "Pacing", "PostgresTestKit", "ProcessTestKit", "Records",
        "checkout-worker", "gateway-simulator", grdb, logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GatewaySimulatorTests", dependencies: ["CheckoutSession", "GatewaySimulator", nioCore, nioHTTP1, nioPosix],
      swiftSettings: strict),
    .testTarget(
      name: "GatewayTests",
      dependencies: ["CheckoutSession", "Gateway", logging, metrics, metricsTestKit, nioCore, nioEmbedded, nioHTTP1, nioPosix, nioSSL],
      swiftSettings: strict),
    .testTarget(
      name: "KafkaTests", dependencies: ["Kafka", "KafkaTestKit", "Records", logging, metrics, metricsTestKit], swiftSettings: strict),
    .testTarget(name: "LedgerTests", dependencies: ["CheckoutSession", "Ledger", "PostgresTestKit", grdb, logging], swiftSettings: strict),
    .testTarget(name: "PacingTests", dependencies: ["Pacing", "TestClock", heap], swiftSettings: strict),
    .testTarget(name: "RecordsTests", dependencies: ["Records"], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["CheckoutSession", "Creation", "Pacing", "Reconciliation", "Records", "Stage", "TestClock", logging],
      swiftSettings: strict),
    .testTarget(name: "StageTests", dependencies: ["CheckoutSession", "Pacing", "Records", "Stage", "TestClock"], swiftSettings: strict),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", logging, metrics], swiftSettings: strict),
    .testTarget(name: "TestClockTests", dependencies: ["TestClock"], swiftSettings: strict),
  ]
)

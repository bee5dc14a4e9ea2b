// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")

// The folders in Sources, and the worker's reader of records in audit-cost, are links to the main package's: it exports none of them as a library.
let package = Package(
  name: "audit-benchmark",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "CheckoutSession", dependencies: [crypto], swiftSettings: strict),
    .target(name: "Pacing", dependencies: [deque, heap], swiftSettings: strict),
    .target(name: "Records", swiftSettings: strict),
    .target(name: "Stage", dependencies: ["CheckoutSession", "Pacing", "Records"], swiftSettings: strict),
    .target(name: "Creation", dependencies: ["CheckoutSession", "Pacing", "Records", "Stage", logging, metrics], swiftSettings: strict),
    .target(name: "Audit", dependencies: ["CheckoutSession", grdb, grdbSQLite], swiftSettings: strict),
    .executableTarget(name: "audit-cost", dependencies: ["Audit", "CheckoutSession", "Creation", "Records"], swiftSettings: strict),
  ]
)

import FoundationEssentials

/// The bootstrap servers of a real cluster to test against; nil when none is named.
let realCluster: String? = ProcessInfo.processInfo.environment["KAFKA_TEST_BOOTSTRAP"]

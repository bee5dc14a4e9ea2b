import Testing

/// Real processes: the worker and the simulator as they are shipped, and a broker of their own (`noida-db`, or the cluster of `KAFKA_TEST_BOOTSTRAP`).
/// One after the other, because they share the machine's two cores and some look at rates.
@Suite(
  .serialized, .sharedEnvironment, .timeLimit(.minutes(AskedLength.minutesMax)),
  .enabled(if: EndToEndEnvironment.isPossible, "neither noida-db nor KAFKA_TEST_BOOTSTRAP"))
enum EndToEndTests {}

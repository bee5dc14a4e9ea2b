import CheckoutSession
import Replay
import Testing

@testable import CheckoutWorker

/// Filters and groups as they stand on the command line.
struct ListOptionsTests {
  private func arguments(_ change: (inout DeadLetterFilterArguments) -> Void) -> DeadLetterFilterArguments {
    var arguments = DeadLetterFilterArguments()
    change(&arguments)
    return arguments
  }

  @Test func nothingSaidMeansAll() {
    let arguments = DeadLetterFilterArguments()
    #expect(arguments.objection == nil)
    #expect(arguments.text.isEmpty)
    #expect(arguments.filter(now: Timestamp(millisecondsSinceEpoch: 0)) == DeadLetterFilter())
  }

  @Test func listsMayBeCommaSeparatedAndRepeated() {
    let arguments = arguments {
      $0.codes = ["a,B", "c"]
      $0.classes = ["transient,configuration"]
      $0.modes = ["PAYMENT", "unknown"]
      $0.partitions = ["3"]
      $0.offsets = ["5", "7-9"]
      $0.since = "2h"
      $0.until = "2030-01-31T12:00:00Z"
    }
    #expect(arguments.objection == nil)
    let filter = arguments.filter(now: Timestamp(millisecondsSinceEpoch: 10_000_000))
    #expect(filter.codes == ["A", "B", "C"])
    #expect(filter.classes == [.transient, .configuration])
    #expect(filter.modes == [.payment, nil])
    #expect(filter.offsets == [5...5, 7...9])
    #expect(filter.since == Timestamp(millisecondsSinceEpoch: 2_800_000))
    #expect(filter.until == Timestamp(rfc3339: "2030-01-31T12:00:00Z"))
    #expect(
      arguments.text
        == "--code a,B,c --class transient,configuration --mode PAYMENT,unknown --partition 3 --offset 5,7-9 --since 2h --until 2030-01-31T12:00:00Z"
    )
  }

  @Test func objectionsNameTheOption() {
    let cases: [(DeadLetterFilterArguments, String)] = [
      (arguments { $0.codes = [""] }, "--code: expected values"), (arguments { $0.merchants = ["a,,b"] }, "--merchant: expected values"),
      (arguments { $0.classes = ["fatal"] }, "--class: expected permanent, transient, configuration, got \"fatal\""),
      (arguments { $0.modes = ["CASH"] }, "--mode: expected "), (arguments { $0.partitions = ["-1"] }, "--partition: expected a number"),
      (arguments { $0.since = "yesterday" }, "--since: expected a time"), (arguments { $0.until = "soon" }, "--until: expected a time"),
      (arguments { $0.offsets = ["5"] }, "--offset: needs one --partition"),
      (
        arguments {
          $0.offsets = ["5"]
          $0.partitions = ["1,2"]
        }, "--offset: needs one --partition"
      ),
    ]
    for (arguments, objection) in cases {
      #expect(arguments.objection?.hasPrefix(objection) == true, "\(arguments.objection ?? "none") instead of \(objection)")
    }
  }

  @Test(arguments: ["9-5", "-5", "5-", "a", "1-2-3", "1.5"])
  func whatIsNoOffset(text: String) {
    let arguments = arguments {
      $0.partitions = ["0"]
      $0.offsets = [text]
    }
    #expect(arguments.objection?.hasPrefix("--offset: expected an offset") == true)
  }

  @Test func groups() {
    #expect(ReplayListOptions().parts == Set(DeadLetterGroupKey.Part.allCases))
    #expect(ReplayListOptions(groupBy: ["class,code", "hour"]).parts == [.errorClass, .code, .hour])
    #expect(ReplayListOptions(groupBy: ["class,colour"]).objection?.contains("\"colour\"") == true)
    #expect(ReplayListOptions(groupBy: [""]).objection?.hasPrefix("--group-by: expected") == true)
  }
}

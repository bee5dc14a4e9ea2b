/// What somebody is going to do, each from some moment on. Which of several goes first is for the scheduler to say.
///
/// It is looked at in every step of every world, in a debug build, so the moments stand in an array of their own and loops are plain.
struct StepQueue<Step> {
  private var steps: [Step] = []
  private var moments: [Int64] = []

  /// The earliest moment at which there is something to do; `.max`: never.
  private(set) var next = Int64.max

  mutating func add(_ step: Step, at moment: Int64) {
    steps.append(step)
    moments.append(moment)
    if moment < next { next = moment }
  }

  var isEmpty: Bool { moments.isEmpty }

  /// How many may go now.
  func count(at now: Int64) -> Int {
    guard next <= now else { return 0 }
    var count = 0
    var index = 0
    while index < moments.count {
      if moments[index] <= now { count += 1 }
      index += 1
    }
    return count
  }

  /// Takes out the n-th of those that may go now.
  mutating func take(_ number: Int, at now: Int64) -> Step? {
    guard next <= now else { return nil }
    var left = number
    var index = 0
    while index < moments.count {
      if moments[index] <= now {
        if left == 0 { return remove(index) }
        left -= 1
      }
      index += 1
    }
    return nil
  }

  private mutating func remove(_ index: Int) -> Step {
    let moment = moments.remove(at: index)
    if moment == next { findNext() }
    return steps.remove(at: index)
  }

  private mutating func findNext() {
    next = .max
    var index = 0
    while index < moments.count {
      if moments[index] < next { next = moments[index] }
      index += 1
    }
  }
}

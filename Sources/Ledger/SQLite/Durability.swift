/// What a committed transaction survives. A crash of the process never undoes one; the levels differ in what a power cut does.
///
/// Claims and publication marks may go with the power: a lost claim is claimed again (the worker that held it is gone as well), a lost
/// mark publishes the same reply once more under the same `ce_id`. A decision may not: it is what makes a session known. So a batch waits
/// for the disk once, not three times; and since the log is written in order, the decision's wait covers the claim before it.
///
/// Leases, polls and event marks may go with the power too. A terminal status may not: it is published next, and polled again after a power
/// cut the session could have come to another one, which would be a second terminal event.
enum Durability: String {
  /// Waits until the disk has it.
  case disk = "FULL"
  /// Leaves it to the operating system when the disk gets it.
  case process = "NORMAL"
}

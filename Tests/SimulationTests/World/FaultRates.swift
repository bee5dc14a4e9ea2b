/// How often what goes wrong, in a thousand: drawn for each world anew, so that some worlds have no crashes and others hardly anything else.
struct FaultRates {
  /// Of scheduler's steps: a process is killed.
  var crash: Int
  /// Of scheduler's steps: a partition moves to another process.
  var move: Int
  /// Of scheduler's steps: a process stands still for some time, or all do.
  var freeze: Int
  /// Of calls to the gateway.
  var gateway: Int
  /// Of records to the broker.
  var broker: Int
  /// Of calls to the ledger.
  var ledger: Int

  /// Nothing goes wrong.
  static let none = FaultRates(crash: 0, move: 0, freeze: 0, gateway: 0, broker: 0, ledger: 0)

  init(crash: Int, move: Int, freeze: Int, gateway: Int, broker: Int, ledger: Int) {
    (self.crash, self.move, self.freeze) = (crash, move, freeze)
    (self.gateway, self.broker, self.ledger) = (gateway, broker, ledger)
  }

  init(using chance: inout Chance) {
    func rate(_ choices: [Int]) -> Int { choices[chance.below(choices.count)] }
    self.init(
      crash: rate([0, 8, 25, 60]), move: rate([0, 0, 10, 30]), freeze: rate([0, 5, 15, 30]), gateway: rate([0, 50, 200, 500]),
      broker: rate([0, 0, 50, 200]), ledger: rate([0, 0, 30, 150]))
  }
}

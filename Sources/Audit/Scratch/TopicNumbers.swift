/// Numbers for topics, so that a place is three integers. As many as the audit reads, and those that dead letters and the ledger name.
struct TopicNumbers {
  private var numbers: [String: Int64] = [:]
  private(set) var names: [String] = []

  /// Names beyond this many share one number: a topic full of forged dead letters must not fill the memory.
  private static let namesMax = 10_000

  mutating func number(_ name: String) -> Int64 {
    if let known = numbers[name] { return known }
    let number = Int64(min(names.count, Self.namesMax))
    if names.count <= Self.namesMax {
      names.append(names.count < Self.namesMax ? name : "(another topic)")
      numbers[names[Int(number)]] = number
    }
    return number
  }

  func name(_ number: Int64) -> String { names.indices.contains(Int(number)) ? names[Int(number)] : "" }

  func known(_ name: String) -> Int64? { numbers[name] }
}

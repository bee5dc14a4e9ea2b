/// The different names of a batch, each with its place, from 1. Names are bytes: two spellings of one character are two names.
struct PlacedNames {
  /// The names, in the order of their places.
  private(set) var names: [String?] = []
  private var places: [[UInt8]: Int64] = [:]
  private var last: (name: String, place: Int64)?

  /// The place of a name, which gets one if it has none.
  mutating func place(of name: String) -> Int64 {
    // Records come by topic and, as a rule, by merchant.
    if let last, last.name.utf8.elementsEqual(name.utf8) { return last.place }
    let bytes = Array(name.utf8)
    let place = places[bytes] ?? Int64(names.count + 1)
    if place > names.count {
      names.append(name)
      places[bytes] = place
    }
    last = (name, place)
    return place
  }
}

import Stage
import Testing

@Suite("Slots")
struct SlotTableTests {
  @Test func slotsAreReused() {
    var table = SlotTable<Int>()
    let first = table.insert(1)
    let second = table.insert(2)
    let removed = [table.remove(first), table.remove(first), table.remove(99)]
    #expect(removed == [1, nil, nil])
    let third = table.insert(3)
    #expect(third == first && table.count == 2)
    table[second]? += 5
    #expect(table[second] == 7)
    let all = table.removeAll()
    #expect(all.sorted() == [3, 7] && table.count == 0)
  }
}

import Stage
import Testing

@Suite("Weak references")
struct WeakReferenceTests {
  private final class Owner: Sendable {}

  @Test func theyKeepNothingAlive() {
    let reference = WeakReference<Owner>()
    #expect(reference.object == nil)
    var owner: Owner? = Owner()
    owner.map(reference.bind)
    #expect(reference.object === owner && reference.object != nil)
    owner = nil
    #expect(reference.object == nil)
  }
}

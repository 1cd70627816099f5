import Files
import Testing

@Suite struct FreeAddressesTests {
  @Test func `memory that no machine has isn't there`() {
    #expect(hasMemory(for: 0) && hasMemory(for: 1 << 22))
    #expect(!hasMemory(for: 1 << 50))
  }
}

import Testing

@Test func `stub Pairs`() {}

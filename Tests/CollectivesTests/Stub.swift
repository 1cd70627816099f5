import Testing

@Test func `stub Collectives`() {}

import Testing

@Test func `stub Training`() {}

import Testing

@Test func `stub Engine`() {}

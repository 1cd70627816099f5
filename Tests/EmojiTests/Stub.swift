import Testing

@Test func `stub Emoji`() {}

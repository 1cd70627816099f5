import Testing

@Test func `stub CLIP`() {}

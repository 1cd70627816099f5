import Testing

@Test func `stub Command`() {}

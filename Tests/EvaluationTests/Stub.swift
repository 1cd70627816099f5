import Testing

@Test func `stub Evaluation`() {}

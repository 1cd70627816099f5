import Testing

@Test func `stub Safetensors`() {}

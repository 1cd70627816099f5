import Files
import TestSupport
import Testing

@Suite struct ChecksumTests {
  @Test func `SHA-256 of a text is the standard's`() throws {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(sha256(Array("abc".utf8)) == expected)
    try temporaryDirectory { directory in
      try write("abc", "\(directory)/abc")
      #expect(try sha256(file: "\(directory)/abc") == expected)
    }
  }
}

import Pairs
import Testing

@Suite struct HostilePictureTests {
  @Test func `a JPEG of as many scans as encoders make is decoded, one of thousands is refused`() throws {
    let picture = try Picture(decoding: progressive(scans: 100))
    #expect(picture.width == 16 && picture.height == 16 && picture.pixels.allSatisfy { $0 == 128 })
    let error = #expect(throws: PictureError.self) { try Picture(decoding: progressive(scans: 5000)) }
    #expect(error == .undecodable(reason: "it has more than 100 scans"))
  }

  /// A grey square, all of one colour: a scan of its mean, then scans that say nothing of the rest.
  private func progressive(scans: Int) -> [UInt8] {
    let oneCode: [UInt8] = [1] + Array(repeating: 0, count: 15)
    let head: [UInt8] =
      [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + Array(repeating: 1, count: 64)
      + [0xFF, 0xC2, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0] + [0xFF, 0xC4, 0, 20, 0] + oneCode + [0]
      + [0xFF, 0xC4, 0, 20, 0x10] + oneCode + [0xE0]
    let mean: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0x0F]
    let empty: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, 0x7F, 0xFF, 0x00]
    return head + mean + Array(repeatElement(empty, count: scans - 1).joined()) + [0xFF, 0xD9]
  }
}

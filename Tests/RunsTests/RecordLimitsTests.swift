import Pairs
import Runs
import Settings
import Testing

@Test func `what a pair may cost is said in the run file`() throws {
  var expected = RecordLimits()
  #expect(RecordLimits(RunFile().data) == expected)
  let run = try RunFile(yaml: "data: {picture_pixels: 5, picture_bytes: 6KiB, caption_bytes: 7}")
  (expected.pixels, expected.pictureBytes, expected.captionBytes) = (5, 6 << 10, 7)
  #expect(RecordLimits(run.data) == expected)
}

import Pairs
import Runs
import Settings
import Testing

@Test func `a run's data section sets what one record may cost`() throws {
  #expect(ReadingOptions(RunFile().data).limits == RecordLimits())
  let run = try RunFile(yaml: "data: {picture_bytes: 6KiB, caption_bytes: 7}")
  let limits = ReadingOptions(run.data).limits
  #expect(limits.pictureBytes == 6 << 10 && limits.captionBytes == 7)
}

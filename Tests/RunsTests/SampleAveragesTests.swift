import Runs
import TestSupport
import Testing
import Training

@Suite struct SampleAveragesTests {
  @Test func `averages come back as they were saved`() throws {
    try temporaryDirectory { directory in
      let (saved, loaded) = (SampleAverages(count: 5), SampleAverages(count: 5))
      saved.set(images: [0.1, -3], texts: [7, -80.5], of: [4, 1])
      try saved.save(in: directory)
      try loaded.load(from: directory)
      #expect(loaded.logImages == [-.infinity, -3, -.infinity, -.infinity, Float(0.1)])
      #expect(loaded.logTexts == saved.logTexts)
    }
  }
}

import CLIP
import Collectives
import Foundation
import Planning
import TestSupport
import Testing
import Training

@Suite struct StepBenchmarkTests {
  private func configuration(_ text: String) throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 8, "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 16, "patch_size": 8},
         "text_cfg": {"context_length": 6, "width": 16, "heads": 1, "layers": 1, \(text)}}
        """.utf8))
  }

  @Test(arguments: 1...3) func `a vocabulary may be as small as a model's`(_ size: Int) throws {
    let configuration = try configuration("\"vocab_size\": \(size)")
    try simulate(workers: 1) { worker in
      let benchmark = StepBenchmark(batch: 2, chunk: 2, captions: .equal(4), steps: 1, threads: 1)
      let found = try benchmark.run(configuration, workers: worker)
      #expect(found.secondsPerStep > 0)
    }
  }

  @Test func `captions have the model's end, and its padding behind`() throws {
    let text = try configuration(#""vocab_size": 50, "pool_type": "eos", "eos_id": 9"#).text
    #expect(text.captions([3, 2]) { 5 } == [5, 5, 9, 0, 0, 0, 5, 9, 0, 0, 0, 0])
    #expect(text.captions([6]) { 5 } == [5, 5, 5, 5, 5, 9])
  }

  @Test func `an end outside of the vocabulary is refused`() {
    #expect(throws: ModelConfigurationError.self) {
      try configuration(#""vocab_size": 2, "pool_type": "eos", "eos_id": 2"#)
    }
  }
}

import Collectives
import Foundation
import Runs
import Settings
import Synchronization
import TestSupport
import Testing

@Suite struct WorkerAgreementTests {
  @Test func `the worker that has read something else is named, with what`() throws {
    try simulate(workers: 4) { try requireAgreement([("run file", "a"), ("tokenizer", "b")], among: $0) }
    let errors = Mutex<[String]>([])
    try simulate(workers: 4) { workers in
      let tokenizer = workers.rank == 2 ? "c" : "b"
      do {
        try requireAgreement([("run file", "a"), ("tokenizer", tokenizer), ("data", tokenizer)], among: workers)
      } catch { errors.withLock { $0.append("\(error)") } }
    }
    let expected = "worker 2 has another tokenizer, another data than worker 0; give all the same files"
    #expect(errors.withLock { $0 } == Array(repeating: expected, count: 4))
  }

  @Test func `everybody gets everybody's text`() throws {
    let texts = ["", "é\n", "longer than the others"]
    try simulate(workers: 3) { workers in
      let found = try workers.gathered(texts[workers.rank])
      #expect(found == texts)
    }
  }

  @Test func `all start where worker 0 does`() throws {
    try temporaryDirectory { directory in
      let run = try RunFile(
        yaml: "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}"
      ).resolved(workers: 1)
      let state = CheckpointState(step: 7, run: run, pairs: 100, merges: "m")
      for name in ["bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors"] {
        try write(name, "\(directory)/\(name)")
      }
      try write("moments", "\(directory)/training_state.safetensors")
      try CheckpointFiles.seal(directory, state)
      let starts = Mutex<[RunStart?]>([])
      try simulate(workers: 3) { workers in
        let found = workers.rank == 0 ? try RunDirectory("\(directory)/new").start(.from(directory)) { _ in } : nil
        let start = try RunStart.share(found, among: workers)
        starts.withLock { $0.append(start) }
      }
      #expect(starts.withLock { $0.map { $0?.state.step } } == [7, 7, 7])
      try simulate(workers: 3) { workers in
        let none = try RunStart.share(nil, among: workers)
        #expect(none == nil)
      }
    }
  }
}

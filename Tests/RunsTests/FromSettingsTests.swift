import Pairs
import Runs
import Settings
import Testing
import Training

private func minimalRun(_ overrides: String...) throws -> RunFile {
  try RunFile(yaml: "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}", overrides: overrides)
}

@Suite struct FromSettingsTests {
  @Test func `an augmentation's keys, defaults and values are those of the run file`() throws {
    let keys = RunFileKey.all.map(\.name).filter { $0.hasPrefix("data.augmentation.") }
    #expect(keys == Augmentation.keys.map { "data.augmentation.\($0)" })
    #expect(Augmentation(RunFile().data.augmentation) == Augmentation())
    for key in keys {
      // Of a key that can't be either, the other is refused.
      let changed = ["0.25", "[0.25, 0.5]"].compactMap { try? minimalRun("\(key)=\($0)").data.augmentation }
      #expect(changed.count == 1 && changed.allSatisfy { Augmentation($0) != Augmentation() }, "\(key)")
    }
  }

  @Test func `an augmentation that can't be is refused with its key`() throws {
    let wrong = try minimalRun("data.augmentation.crop_scale=[0, 1]")
    let error = #expect(throws: RunFileError.self) { try TrainingSetup.resolved(wrong, workers: 1, resuming: nil) }
    #expect(
      error.map { "\($0)" } == "data.augmentation.crop_scale is 0.0...1.0, expected within (0, 1]")
  }

  @Test func `a resumed run takes c, L and the precision that its checkpoint has`() throws {
    let wide = try minimalRun("batch.chunk=1", "precision=bf16").resolved(workers: 16)
    let settled = CheckpointState(step: 3, run: wide, pairs: 10, merges: "m").settled
    #expect(settled == SettledValues(chunk: 1, lanes: 16, precision: .bf16))
    let again = try minimalRun("precision=auto").resolved(workers: 2, resuming: settled)
    #expect((again.batch.chunk, again.parallel.lanes, again.precision) == (1, 16, .bf16))
  }

  @Test func `words of the run file keep their meaning`() {
    #expect(ReductionKind.allCases.map { "\(Reduction($0))" } == ReductionKind.allCases.map(\.rawValue))
    #expect(DuplicateRule.allCases.map { "\(PairRules.Duplicates($0))" } == DuplicateRule.allCases.map(\.rawValue))
  }
}

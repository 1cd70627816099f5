import CLIP
import Engine
import Pairs
import TestSupport
import Testing
import Training

@Suite struct LockedTowerTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  private static let locks = [
    TowerLocks(image: 0), TowerLocks(image: 1), TowerLocks(image: 2, text: 3), TowerLocks(text: 0),
  ]

  @Test(arguments: locks) func `what is locked keeps its bits, and the rest has the gradients it has anyway`(
    _ locks: TowerLocks
  ) throws {
    let all = try tiny.train(steps: 1, workers: 1, chunk: 2, lanes: 4)
    let some = try tiny.train(steps: 3, workers: 1, chunk: 2, lanes: 4, locks: locks)
    let (open, locked) = (tiny.model().parameters, tiny.model(locks: locks).parameters)
    #expect(some.gradients.count == locked.learnedCount && locked.learnedCount < locked.blockCount)
    for (mine, theirs) in zip(locked.declarations, open.declarations) {
      let values = tiny.part(mine, of: some.parameters)
      #expect((values == tiny.initial[mine.name]) == !mine.learns, "\(mine.name)")
      guard mine.learns else { continue }
      #expect(tiny.part(mine, of: some.gradients) == tiny.part(theirs, of: all.gradients), "\(mine.name)")
    }
  }

  @Test(arguments: [2, 4], [GraphKeeping.always, .never])
  func `N workers give the bits of one, graphs kept or not`(_ workers: Int, _ graphs: GraphKeeping) throws {
    for locks in Self.locks {
      let one = try tiny.train(steps: 3, workers: 1, chunk: 2, lanes: 4, locks: locks)
      var many = try tiny.train(steps: 3, workers: workers, chunk: 2, lanes: 4, graphs: graphs, locks: locks)
      many.wireBytes = one.wireBytes
      #expect(many == one)
    }
  }

  @Test func `the wire carries gradients of what learns`() throws {
    let locks = TowerLocks(image: 0)
    let all = try tiny.train(steps: 1, workers: 2, chunk: 2, lanes: 4)
    let some = try tiny.train(steps: 1, workers: 2, chunk: 2, lanes: 4, locks: locks)
    let (open, locked) = (tiny.model().parameters, tiny.model(locks: locks).parameters)
    #expect(all.wireBytes - some.wireBytes == 4 * (open.learnedCount - locked.learnedCount))
  }

  @Test func `no graph reaches below what learns`() {
    func kept(_ locks: TowerLocks) -> Int {
      let model = tiny.model(locks: locks)
      let before = LiveBytes.now
      let features = model.imageFeatures(tiny.batches[0].images, Pass(learns: true))
      return withExtendedLifetime(features) { LiveBytes.now - before }
    }
    let (all, last, none) = (kept(TowerLocks()), kept(TowerLocks(image: 2)), kept(TowerLocks(image: 0)))
    #expect(none == 4 * 8 * tiny.configuration.embeddingWidth)
    #expect(none < last && last < all / 2, "\(none), \(last), \(all) bytes")
  }

  @Test func `blocks of a locked tower aren't made again`() {
    func memory(_ locks: TowerLocks, checkpoints: Bool) -> ChunkMemory {
      ChunkMemory(tiny.configuration, element: .f32, locks: locks, checkpointsBlocks: checkpoints)
    }
    for (locks, bytes) in [(TowerLocks(image: 0), \ChunkMemory.imageBytes), (TowerLocks(text: 0), \.textBytes)] {
      #expect(memory(locks, checkpoints: true)[keyPath: bytes] == memory(locks, checkpoints: false)[keyPath: bytes])
    }
  }

  @Test func `locks that make no sense are refused`() throws {
    func refusal(_ overrides: String...) -> String {
      do {
        let run = try RunFile(
          yaml: "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}", overrides: overrides)
        _ = try run.resolved(workers: 1)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(
      refusal("model.unlocked_text_groups=2")
        == "model.unlocked_text_groups is 2, must be 0 unless model.lock_text is true")
    #expect(refusal("model.lock_image=true", "model.lock_text=true").contains("leave nothing to learn but logit_scale"))
    #expect(
      refusal("model.lock_image=true", "model.lock_text=true", "model.unlocked_text_groups=1") == "no error")
    #expect(
      refusal("model.lock_image=true", "distillation.teacher=t").hasPrefix("distillation.teacher is t, must be null"))
    #expect(
      refusal("model.lock_image=true", "model.unlocked_image_groups=1", "distillation.teacher=t") == "no error")
    #expect(refusal("model.unlocked_image_groups=-1") == "model.unlocked_image_groups is -1, must not be negative")
    #expect(refusal("model.lock_image=yes") == "model.lock_image is yes, expected true or false")
  }
}

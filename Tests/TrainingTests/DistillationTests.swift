import CLIP
import Engine
import TestSupport
import Testing
import Training
import TrainingSupport

@Suite struct DistillationTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: [(1, 8, 1), (2, 2, 4)]) func `loss and gradients with a teacher are PyTorch's`(
    _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    try compare(tiny, "step", count: 6, workers, chunk, lanes)
  }

  /// DeiT's: the token alone learns from the teacher, its mean with the class token from the batch.
  @Test(arguments: [(1, 8, 1), (2, 2, 4)]) func `a distillation token learns from the teacher as PyTorch's does`(
    _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    try compare(tiny.distilled(), "token", count: 9, workers, chunk, lanes)
  }

  private func compare(
    _ tiny: TinyRun, _ part: String, count: Int, _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    let golden = try Golden("distillation")
    let found = try tiny.train(steps: 1, workers: workers, chunk: chunk, lanes: lanes, teacherWeight: 0.7)
    expectClose(
      Float(found.losses[0]), try golden.scalar("\(part).loss"), relative: 1e-5, because: "f32 against float64")
    let prefix = "\(part).gradient."
    let names = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(names.count == count)
    for declaration in tiny.model().parameters.declarations where names.contains(declaration.name) {
      expectClose(
        tiny.part(declaration, of: found.gradients), try golden.floats(prefix + declaration.name), relative: 2e-5,
        because: "\(declaration.name): f32 against float64")
    }
  }

  @Test(arguments: [2, 4], [false, true])
  func `N workers give the bits of one with a teacher`(_ workers: Int, _ token: Bool) throws {
    let tiny = token ? self.tiny.distilled() : self.tiny
    let one = try tiny.train(steps: 3, workers: 1, chunk: 2, lanes: 4, teacherWeight: 0.7)
    var many = try tiny.train(
      steps: 3, workers: workers, chunk: 2, lanes: 4, graphs: .never, teacherWeight: 0.7)
    #expect(many.wireBytes == one.wireBytes, "a teacher needs no gather")
    many.wireBytes = one.wireBytes
    #expect(many == one)
  }

  @Test func `a teacher of weight 0 changes nothing`() throws {
    let alone = try tiny.train(steps: 2, workers: 1, chunk: 2, lanes: 4)
    #expect(try tiny.train(steps: 2, workers: 1, chunk: 2, lanes: 4, teacherWeight: 0) == alone)
  }
}

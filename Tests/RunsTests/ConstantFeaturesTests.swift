import Collectives
import Foundation
import Runs
import Synchronization
import TestSupport
import Testing

@Suite struct ConstantFeaturesTests {
  /// As of a tower that is dead, which texts that are one and the same look like.
  @Test(arguments: [1, 2]) func `features that are the same for all pairs are told of, once`(_ workers: Int) throws {
    try TinyTraining.make { training in
      #expect(try told(training, workers, out: "varied") == [])
      try training.writeCaption("one caption")
      let lines = try told(training, workers, out: "constant")
      #expect(lines.count == 1 && lines.first?.hasPrefix("the texts of step 1 all have the same features") == true)
    }
  }

  /// What is said of features.
  private func told(_ training: TinyTraining, _ workers: Int, out: String) throws -> [String] {
    let setup = try training.setup(workers: workers, out: out)
    let lines = Mutex<[String]>([])
    try simulate(workers: workers) { workers in
      try Trainer(setup, workers: workers, report: { line in lines.withLock { $0.append(line) } }).run()
    }
    return lines.withLock { $0 }.filter { $0.contains("same features") }
  }
}

import CLIP
import Collectives
import Engine
import Evaluation
import Foundation
import Pairs
import Synchronization
import TestSupport
import Testing

/// However many workers share an evaluation, all of them find what one does.
@Suite struct ManyWorkersTests {
  /// Each evaluator with options.
  private static func measures(_ directory: String) throws -> [any Evaluator] {
    let classes = try writeText(#"{"label": "color", "classes": ["blue", "red", "green"]}"#, to: "\(directory)/classes")
    let fit = ["fit": "\(directory)/fit/data.tar", "label": "color"]
    return [
      RetrievalEvaluator(captions: .all), try ZeroShotEvaluator(options: ["classes": classes]),
      LossEvaluator(.softmax, batch: 60), LossEvaluator(.sigmoid, batch: 1000), try NeighbourEvaluator(options: fit),
      try ProbeEvaluator(options: fit),
    ]
  }

  @Test func `results are equal on any number of workers, to the last digit`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 150, broken: 70)
      _ = try TinyWorld(in: "\(directory)/fit", pictures: 45)
      let measures = try Self.measures(directory)
      let expected = try Self.results(measures, world, workers: 1)
      #expect(expected[0].count == measures.count)
      for workers in [2, 3, 5] {
        let found = try Self.results(measures, world, workers: workers)
        #expect(found.count == workers)
        for (number, measure) in measures.enumerated() {
          #expect(
            found.allSatisfy { $0[number] == expected[0][number] }, "\(type(of: measure).name), \(workers) workers")
        }
      }
    }
  }

  /// Each worker's results, encoded.
  private static func results(_ measures: [any Evaluator], _ world: TinyWorld, workers: Int) throws -> [[String]] {
    let all = Mutex<[[String]]>([])
    try simulate(workers: workers) { communicator in
      Threads.count = 1
      let context = EvaluationContext(try Encoders(directory: world.model), over: communicator)
      let source = try openPairs([world.data])
      let found = try measures.map { measure in
        let result: any EvaluationResult = try measure.evaluate(context, on: source)
        return try encoded(result)
      }
      all.withLock { $0.append(found) }
    }
    return all.withLock { $0 }
  }

  private static func encoded(_ result: some EvaluationResult) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(result), as: UTF8.self)
  }

  @Test func `what is lost on any worker counts against the limit of all`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 150, broken: 149)
      for workers in [1, 4] {
        let error = #expect(throws: LoadingError.self) {
          try simulate(workers: workers) { communicator in
            var encoders = try Encoders(directory: world.model)
            encoders.bounds.skipLimit = 0
            _ = try RetrievalEvaluator().evaluate(
              EvaluationContext(encoders, over: communicator), on: openPairs([world.data]))
          }
        }
        #expect(error?.description.contains("data.skip_limit 0") == true)
      }
    }
  }
}

import Evaluation
import Files
import Foundation
import Settings

/// What one evaluation of a run found: a row of `evaluations.jsonl`.
///
///     {"intervals":{"top1":[0.41,0.52],…},"kind":"zero-shot","name":"fruit","numbers":{"macro":0.44,"top1":0.47,…},
///      "of":"current","pairs":310,"seconds":1.9,"skipped":0,"step":600,"time":1795772400.25}
///
/// Names of numbers are those of `diagonal eval KIND --json`, with dots where that nests; intervals are 95 % ones. A
/// number that isn't finite is left out.
public struct EvaluationRow: Codable, Sendable, Equatable {
  public var step: Int
  public var name: String
  public var kind: String
  public var of: MeasuredParameters
  public var pairs: Int
  public var skipped: Int
  /// That it took on worker 0.
  public var seconds: Double
  /// Since 1970-01-01 00:00 UTC, when it was done.
  public var time: Double
  public var numbers: [String: Double]
  public var intervals: [String: [Double]]
  /// What each item counted for, by number; a row of its own file.
  public var items: [String: [Bool]] = [:]

  private enum CodingKeys: String, CodingKey {
    case step, name, kind, of, pairs, skipped, seconds, time, numbers, intervals
  }

  init(_ item: RunEvaluation, step: Int, _ result: any EvaluationResult, seconds: Double) {
    (self.step, name, kind, of) = (step, item.name, item.kind, item.of)
    (pairs, skipped, items) = (result.pairs, result.skipped, result.items)
    self.seconds = (1000 * seconds).rounded() / 1000
    time = (1000 * Date().timeIntervalSince1970).rounded() / 1000
    let finite = result.numbers.filter(\.value.isFinite)
    numbers = Dictionary(uniqueKeysWithValues: finite.map { ($0.name, $0.value) })
    intervals = Dictionary(
      uniqueKeysWithValues: finite.compactMap { number in
        number.interval.map { (number.name, [$0.lowerBound, $0.upperBound]) }
      })
  }

  /// The row as JSON.
  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(self) else { preconditionFailure("evaluation: \(self) does not encode") }
    return String(decoding: text, as: UTF8.self)
  }

  /// What a terminal is told: the few numbers that say most.
  public var words: String {
    let shown = numbers.sorted { $0.key < $1.key }.filter { EvaluationMetric($0.key).isHeadline }
    let figures = shown.map { "\($0.key) \(EvaluationMetric($0.key).text($0.value))" }.joined(separator: ", ")
    let whose = of == .average ? " (average)" : ""
    return "step \(step)  \(name)\(whose): \(figures)  (\(pairs) pairs, \(duration(seconds)))"
  }
}

extension RunDirectory {
  public var evaluations: String { "\(path)/evaluations.jsonl" }

  /// The rows of `evaluations.jsonl` that can be read; none where there is no such file.
  public func evaluationRows(through step: Int = .max) -> [EvaluationRow] {
    let data = FileManager.default.contents(atPath: evaluations) ?? Data()
    return data.split(separator: UInt8(ascii: "\n"))
      .compactMap { try? JSONDecoder().decode(EvaluationRow.self, from: $0) }.filter { $0.step <= step }
  }
}

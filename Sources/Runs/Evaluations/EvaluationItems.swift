import Foundation

/// What each item of an evaluation counted for: a row of `evaluation_items.jsonl`.
///
///     {"items":{"top1":"0110…","top5":"1110…"},"name":"fruit","step":600}
///
/// A digit an item, in the order of the data, 1 where it counted: their mean is the number of that name in
/// `evaluations.jsonl`.
public struct EvaluationItems: Codable, Sendable, Equatable {
  public var step: Int
  public var name: String
  public var items: [String: String]

  init(_ row: EvaluationRow) {
    (step, name) = (row.step, row.name)
    items = row.items.mapValues { String($0.map { $0 ? "1" : "0" }) }
  }

  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(self) else { preconditionFailure("evaluation items: \(self) do not encode") }
    return String(decoding: text, as: UTF8.self)
  }
}

extension RunDirectory {
  public var evaluationItems: String { "\(path)/evaluation_items.jsonl" }

  /// What items counted for at a step, by the evaluation's name and the number's: `fruit/top1`.
  public func evaluationItems(at step: Int) -> [String: [Bool]] {
    let data = FileManager.default.contents(atPath: evaluationItems) ?? Data()
    let rows = data.split(separator: UInt8(ascii: "\n"))
      .compactMap { try? JSONDecoder().decode(EvaluationItems.self, from: $0) }.filter { $0.step == step }
    let all = rows.flatMap { row in row.items.map { ("\(row.name)/\($0.key)", $0.value.map { $0 == "1" }) } }
    return Dictionary(all) { _, last in last }
  }
}

import Evaluation
import Foundation
import TestSupport
import Testing

private let retrieval = RetrievalEvaluator.Result(
  pairs: 4, skipped: 1, captions: .first, imageToText: RankSummary(ranks: [11, 1, 6, 2], candidates: 20),
  textToImage: RankSummary(ranks: [1, 2, 3], candidates: 4))

private let zeroShot = ZeroShotEvaluator.Result(
  names: ["a", "b"], classes: [0, 0, 1, 1], ranks: [1, 2, 1, 1], templates: ["a {}"], skipped: 2)

private func json(_ result: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}

@Test func `every evaluator has its own name, and options with names of their own`() {
  #expect(Evaluators.all.map { $0.name } == ["retrieval", "zero-shot"])
  for evaluator in Evaluators.all {
    let names = evaluator.options.map(\.name)
    #expect(Set(names).count == names.count)
  }
}

@Test func `results are encoded under the names that scripts read`() throws {
  #expect(
    try json(retrieval)
      == #"{"captions":"first","image_to_text":{"candidates":20,"mean_rank":5,"median_rank":2,"queries":4,"#
      + #""recall_at_1":0.25,"recall_at_10":0.75,"recall_at_5":0.5},"pairs":4,"skipped":1,"#
      + #""text_to_image":{"candidates":4,"mean_rank":2,"median_rank":2,"queries":3,"#
      + #""recall_at_1":0.3333333333333333,"recall_at_10":1,"recall_at_5":1}}"#)
  #expect(
    try json(zeroShot)
      == #"{"chance":0.5,"classes":[{"correct":1,"name":"a","pairs":2},{"correct":2,"name":"b","pairs":2}],"#
      + #""macro":0.75,"pairs":4,"skipped":2,"templates":["a {}"],"top1":0.75,"top5":1}"#)
}

@Test(arguments: [retrieval, zeroShot] as [any EvaluationResult])
func `a number's name is its path in the encoded result`(result: any EvaluationResult) throws {
  let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(result))
  #expect(!result.numbers.isEmpty)
  for (name, value) in result.numbers {
    let found = name.split(separator: ".").reduce(object as Any?) { ($0 as? [String: Any])?[String($1)] }
    #expect((found as? NSNumber)?.doubleValue == value, "\(name)")
  }
}

@Test func `options are text`() throws {
  #expect(try RetrievalEvaluator(options: [:]).captions == .first)
  #expect(try RetrievalEvaluator(options: ["captions": "all"]).captions == .all)
  let wrong = #expect(throws: EvaluationError.self) { try RetrievalEvaluator(options: ["captions": "none"]) }
  #expect(wrong?.description == "--captions is none, expected first or all")
  let missing = #expect(throws: EvaluationError.self) { try ZeroShotEvaluator(options: [:]) }
  #expect(missing?.description == "zero-shot needs --classes")
  try temporaryDirectory { directory in
    let classes = try writeText(#"{"label": "fruit", "classes": ["kiwi"]}"#, to: "\(directory)/classes")
    let templates = try writeText("a {c}\n", to: "\(directory)/templates")
    let evaluator = try ZeroShotEvaluator(options: ["classes": classes, "label": "group", "templates": templates])
    #expect(evaluator.classes == ClassList(label: "group", names: ["kiwi"]) && evaluator.templates == ["a {}"])
  }
}

import Evaluation
import Foundation
import TestSupport
import Testing

private let retrieval = RetrievalEvaluator.Result(
  pairs: 4, skipped: 1, captions: .first, imageToText: RankSummary(ranks: [11, 1, 6, 2], candidates: 20),
  textToImage: RankSummary(ranks: [1, 2, 3], candidates: 4))

private let zeroShot = ZeroShotEvaluator.Result(
  names: ["a", "b"], classes: [0, 0, 1, 1], ranks: [1, 2, 1, 1], templates: ["a {}"], skipped: 2,
  leftOut: LeftOut(unlabelled: 3, others: 1, example: "c"))

private func json(_ result: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}

@Test func `every evaluator has its own name, and options with names of their own`() {
  #expect(Evaluators.all.map { $0.name } == ["retrieval", "zero-shot", "loss", "probe", "knn", "hard-negatives"])
  for evaluator in Evaluators.all {
    let names = evaluator.options.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Evaluators.named(evaluator.name) == evaluator)
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
      + #""left_out":{"example":"c","others":1,"unlabelled":3},"#
      + #""macro":0.75,"pairs":4,"skipped":2,"templates":["a {}"],"top1":0.75,"top5":1}"#)
}

@Test(arguments: [retrieval, zeroShot] as [any EvaluationResult])
func `a number's name is its path in the encoded result`(result: any EvaluationResult) throws {
  let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(result))
  #expect(!result.numbers.isEmpty)
  for number in result.numbers {
    let found = number.name.split(separator: ".").reduce(object as Any?) { ($0 as? [String: Any])?[String($1)] }
    #expect((found as? NSNumber)?.doubleValue == number.value, "\(number.name)")
  }
  #expect(
    result.numbers.map(\.name)
      == (result is ZeroShotEvaluator.Result ? ZeroShotEvaluator.numbers : RetrievalEvaluator.numbers))
}

/// - Source: statsmodels' `proportion_confint(40, 50, method="wilson")`, and of 0 of 10.
@Test func `shares have Wilson's interval`() throws {
  let some = ZeroShotEvaluator.Result(
    names: ["a", "b"], classes: Array(repeating: 0, count: 50), ranks: (0..<50).map { $0 < 40 ? 1 : 2 })
  let interval = try #require(some.numbers.first { $0.name == "top1" }?.interval)
  #expect(abs(interval.lowerBound - 0.669628) < 1e-5 && abs(interval.upperBound - 0.887567) < 1e-5)
  let none = ZeroShotEvaluator.Result(
    names: ["a", "b"], classes: Array(repeating: 0, count: 10), ranks: Array(repeating: 2, count: 10))
  let ofNone = try #require(none.numbers.first?.interval)
  #expect(ofNone.lowerBound == 0 && abs(ofNone.upperBound - 0.277533) < 1e-5)
}

@Test func `a number's name says which way is better`() {
  #expect(EvaluationMetric("top1").isBetter(0.6, than: 0.5) && !EvaluationMetric("top1").isBetter(0.5, than: 0.5))
  #expect(EvaluationMetric("loss").isBetter(0.5, than: 0.6) && EvaluationMetric("a.median_rank").isBetter(3, than: 4))
  #expect(EvaluationMetric("loss").isBetter(9, than: .nan) && !EvaluationMetric("loss").isBetter(.nan, than: 9))
  #expect(EvaluationMetric("a.recall_at_1").text(0.1234) == "12.3 %" && EvaluationMetric("loss").text(2) == "2.0000")
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

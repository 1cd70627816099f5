import Engine
import Evaluation
import Foundation
import Pairs
import TestSupport
import Testing

@Test func `macro accuracy is the mean over the classes that have pairs`() {
  let found = ZeroShotEvaluator.Result(names: ["a", "b", "c", "d"], classes: [0, 0, 0, 1, 3], ranks: [1, 1, 2, 1, 7])
  #expect(found.top1 == 0.6 && found.top5 == 0.8 && found.chance == 0.25)
  #expect(abs(found.macro - (2.0 / 3 + 1 + 0) / 3) < 1e-12)
  #expect(found.classes.map(\.pairs) == [3, 1, 0, 1] && found.classes.map(\.correct) == [2, 1, 0, 0])
}

@Test func `a class is the mean direction of its sentences`() {
  let x = Tensor(shape: [4, 2], [1, 0, 0, 1, 0.6, 0.8, 0.6, -0.8])
  expectClose(
    meanDirections(x, each: 2).array, [0.70710678, 0.70710678, 1, 0], relative: 1e-6,
    because: "float32 rounding")
}

/// A class file with this text, as read.
private func classList(_ text: String, label: String? = nil) throws -> ClassList {
  try temporaryDirectory { directory in
    try ClassList(file: writeText(text, to: "\(directory)/classes"), label: label)
  }
}

@Test func `class files are json with a label, or lines`() throws {
  let json = #"{"label": "fruit", "classes": ["red apple", "kiwi"]}"#
  #expect(try classList(json) == ClassList(label: "fruit", names: ["red apple", "kiwi"]))
  #expect(try classList(json, label: "group").label == "group")
  #expect(
    try classList("red apple\n\n  kiwi \r\n", label: "fruit")
      == ClassList(label: "fruit", names: ["red apple", "kiwi"]))
}

@Test(arguments: [
  "\u{FEFF}red apple\nkiwi\n", "\u{FEFF}[\"red apple\", \"kiwi\"]", " [\"red apple\", \" kiwi\"]",
  #"{"1": "kiwi", "0": "red apple"}"#,
])
func `class files have marks, lists and numbers too`(_ text: String) throws {
  #expect(try classList(text) == ClassList(label: "label", names: ["red apple", "kiwi"]))
}

@Test func `a class file may be UTF-16 with its mark`() throws {
  try temporaryDirectory { directory in
    let bytes: [UInt8] = [0xFF, 0xFE] + "rød\nkiwi".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/c"))
    #expect(try ClassList(file: "\(directory)/c").names == ["rød", "kiwi"])
  }
}

@Test func `a name that stands twice is right under either`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 25)
    let encoders = try Encoders(directory: world.model)
    let source = try openPairs([world.data])
    func measured(_ names: [String]) throws -> ZeroShotEvaluator.Result {
      try ZeroShotEvaluator(ClassList(label: "color", names: names)).evaluate(encoders, on: source)
    }
    let (once, twice) = (try measured(["red", "blue"]), try measured(["red", "blue", "red"]))
    #expect(twice.pairs == 10 && twice.top1 == once.top1 && twice.classes.map(\.pairs) == [5, 5, 0])
    #expect(try classList("a\nb\na\n").names == ["a", "b", "a"])
  }
}

@Test(arguments: [
  ("", "no classes"), (#"{"classes": [""]}"#, "without a name"),
  (#"{"label": 1}"#, "isn't JSON of that form"), ("{", "isn't JSON of that form"),
  ("[1, 2]", "isn't JSON of that form"), (#"{"0": "a", "2": "b"}"#, "isn't JSON of that form"), ("[]", "no classes"),
])
func `a class file that can't be meant is an error`(text: String, problem: String) throws {
  let error = #expect(throws: EvaluationError.self) { try classList(text) }
  #expect(error?.description.contains(problem) == true)
}

@Test func `a template without a place for the class is an error`() throws {
  try temporaryDirectory { directory in
    let good = try writeText("an emoji of {}\n{}\n", to: "\(directory)/good")
    #expect(try Templates.read(good) == ["an emoji of {}", "{}"])
    let list = try writeText("\u{FEFF}[\"an emoji of {c}\", \"{}\"]", to: "\(directory)/list")
    #expect(try Templates.read(list) == ["an emoji of {}", "{}"])
    let bad = try writeText("{}\na photo\n", to: "\(directory)/bad")
    #expect(throws: EvaluationError.template("a photo")) { try Templates.read(bad) }
    let error = #expect(throws: EvaluationError.self) { try Templates.read("\(directory)/none") }
    #expect(error?.description.hasSuffix("none: No such file or directory") == true)
  }
}

import CLIP
import Engine
import Files
import Foundation
import Pairs
import Planning
import TestSupport
import Testing

@Suite struct CaptionLengthsTests {
  @Test(arguments: [32, 256, 4096])
  func `typical captions have 12 tokens in the mean and a long tail`(_ count: Int) {
    let lengths = CaptionLengths.typical(count, contextLength: 77).first(count)
    let mean = Double(lengths.reduce(0, +)) / Double(count)
    #expect(abs(mean - 12) < 0.4, "\(mean)")
    #expect(lengths.sorted()[count / 2] == 9)
    #expect(lengths.min()! >= 3 && lengths.max()! > (count > 1000 ? 76 : count > 100 ? 60 : 35) && lengths.max()! <= 77)
    // The same ones in the same order, which isn't that of their lengths.
    #expect(lengths == CaptionLengths.typical(count, contextLength: 77).first(count))
    #expect(lengths != lengths.sorted())
    #expect(CaptionLengths.typical(count, contextLength: 20).first(count) == lengths.map { min($0, 20) })
  }

  @Test func `a text's captions are as long as the tokenizer makes them`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/captions.txt"
      let tokenizer = try openTokenizer(file: Golden.path("tokenizer-merges.txt.gz"))
      let texts = ["a dog", "  ", "two dogs on the grass", "a dog"]
      try Data(texts.joined(separator: "\r\n").utf8).write(to: URL(fileURLWithPath: path))
      let expected = [texts[0], texts[2], texts[3]].map { 2 + tokenizer.encode($0).count }
      let found = try CaptionLengths(file: path, tokenizer, contextLength: 77)
      #expect(found.first(5) == expected + expected.prefix(2))
      #expect(
        try CaptionLengths(file: path, tokenizer, contextLength: 4).first(2) == expected.prefix(2).map { min($0, 4) })
      for (bytes, words) in [([0x20, 0x0a], "no caption"), ([0xff, 0xfe], "UTF-8")] as [([UInt8], String)] {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FileError.self) { try CaptionLengths(file: path, tokenizer, contextLength: 77) }
        #expect(error?.description.contains(words) == true)
      }
    }
  }

  @Test func `a step's operations are the mean over captions`() throws {
    let configuration = try ModelConfiguration(path: Golden.path("tiny_clip.json"))
    func flops(_ lengths: [Int]) -> Double { StepCost(configuration, captionLengths: lengths).flopsPerPair(.text) }
    let mean = (flops([3]) + flops([5]) + 2 * flops([10])) / 4
    #expect(abs(flops([3, 10, 5, 10]) / mean - 1) < 1e-12)
    // Attention goes by the square of the length.
    #expect(flops([7]) < mean)
    #expect(flops([5]) == StepCost(configuration, captionTokens: 5).flopsPerPair(.text))
  }
}

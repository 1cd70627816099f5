import ArgumentParser
import Foundation
import Pairs

struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns byte-pair merges from the captions of shards.",
    discussion: """
      Example: diagonal tokenizer train --data data/emoji/noto-train.tar --vocab 4096 --out data/emoji/merges.txt.gz

      The file is in OpenAI's format. Zipped (.gz), OpenCLIP's SimpleTokenizer(bpe_path=…) reads it and gives the same \
      ids.
      """)

  @OptionGroup var data: DataOptions

  @Option(name: .long, help: "Ids in all, from 514 (bytes alone) to 49408.")
  var vocab: Int

  @Option(name: .long, help: "The merges file to write; zipped if it ends in .gz.")
  var out: String

  func validate() throws {
    try requirePath("--out", out)
    guard (514...49_408).contains(vocab) else {
      throw ValidationError(TokenizerError.vocabularySize(asked: vocab).description)
    }
  }

  func run() throws {
    let start = Date()
    let source = try data.open(needs: .texts)
    let (captions, skipped) = try allCaptions(of: source)
    var skips = SkipLines()
    for sample in skipped { skips.line(sample).map(printError) }
    let tokenizer = try Tokenizer.train(captions: captions, vocabularySize: vocab)
    try tokenizer.write(to: out)

    let seconds = String(format: "%.1f", Date().timeIntervalSince(start))
    print("\(out): \(tokenizer.vocabularySize) ids from \(captions.count) captions, \(seconds) s")
    if skips.lost > 0 { print("\(skips.lost) \(skips.lost == 1 ? "pair was" : "pairs were") skipped.") }
    if tokenizer.vocabularySize < vocab {
      print("No other pair occurs twice, so the vocabulary is smaller than the \(vocab) asked for.")
    }
  }
}

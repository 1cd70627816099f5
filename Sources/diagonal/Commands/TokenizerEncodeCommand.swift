import ArgumentParser
import Pairs

struct TokenizerEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Prints the ids of texts.",
    discussion: """
      Example: diagonal tokenizer encode --tokenizer data/emoji/merges.txt.gz "a red apple"
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A merges file (tokenizer train's, or OpenAI's bpe_simple_vocab_16e6.txt.gz), BERT's vocab.txt, sentencepiece's "
        + ".model, or a tokenizer.json."))
  var tokenizer: String

  @Flag(name: .long, help: "Prints one JSON object: {\"texts\": [{\"text\", \"ids\", \"symbols\"}], \"vocabulary\"}.")
  var json = false

  @Argument(help: "Texts.")
  var texts: [String]

  private struct Encoded: Encodable {
    let text: String
    let ids: [Int32]
    let symbols: [String]
  }

  private struct Answer: Encodable {
    let texts: [Encoded]
    let vocabulary: Int
  }

  func run() throws {
    let tokenizer = try openTokenizer(file: tokenizer)
    let encoded = texts.map { text in
      let ids = tokenizer.encode(text)
      return Encoded(text: text, ids: ids, symbols: ids.map { tokenizer.decode([$0]) })
    }
    guard json else {
      for text in encoded { print(text.ids.map { String($0) }.joined(separator: " ")) }
      return
    }
    try printJSON(Answer(texts: encoded, vocabulary: tokenizer.vocabularySize))
  }
}

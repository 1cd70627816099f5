import ArgumentParser
import Evaluation

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes the embeddings of pairs to files.",
    discussion: """
      Writes images.npy and texts.npy, [pairs, width] float32 with rows of length 1, in the data's order, and keys.txt \
      with the pairs' keys. The text is a pair's first caption. A pair that can't be used has no row, and is named.

      Example:
        diagonal embed --model runs/emoji/checkpoints/step-00003600 \\
          --data data/emoji/noto.tar --out embeddings/noto
      """)

  @OptionGroup var input: ModelOnPairs

  @Option(help: ArgumentHelp("The directory to write; made if need be.", valueName: "dir"))
  var out: String

  @Flag(help: "Prints one JSON object.")
  var json = false

  func run() throws {
    try input.answer(json: json) { encoders, source, observer in
      try Embeddings(encoders, of: source, to: out, observer: observer)
    } show: { made in
      print("\(out): \(made.pairs) pairs × \(made.width), \(Embeddings.files.joined(separator: ", "))")
    }
  }
}

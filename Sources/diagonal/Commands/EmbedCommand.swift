import ArgumentParser
import Evaluation
import Pairs
import Settings

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes the embeddings of pairs to files.",
    discussion: """
      Writes images.npy and texts.npy, [pairs, width] float32 with rows of length 1, in the data's order, and keys.txt \
      with the pairs' keys. The text is a pair's first caption. A pair that can't be used has no row, and skipped.jsonl \
      names it. With one tower, pictures need no captions, or texts no pictures: a .txt file is a text a line.

      Example:
        diagonal embed --model runs/emoji/checkpoints/step-00003600 \\
          --data data/emoji/noto.tar --out embeddings/noto
      """)

  @OptionGroup var input: ModelOnPairs

  @Option(help: ArgumentHelp("The directory to write; made if need be.", valueName: "dir"))
  var out: String

  @Option(help: "What to embed: image, text or both.")
  var tower = EmbeddedTower.both

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws { try requirePath("--out", out) }

  func run() throws {
    let skipLimit = try input.data.section.skipLimit
    try input.answer(json: json, needs: tower.needs) { encoders, source, observer in
      try Embeddings(
        encoders, of: source, to: out, towers: tower.towers, skipLimit: skipLimit, observer: observer)
    } show: { made in
      let files = Embeddings.files(tower.towers).joined(separator: ", ")
      print("\(out): \(made.pairs) pairs × \(made.width), \(files)")
    }
  }
}

enum EmbeddedTower: String, CaseIterable, ExpressibleByArgument {
  case both, image, text

  var needs: ReadingOptions.Needs {
    switch self {
    case .both: .both
    case .image: .pictures
    case .text: .texts
    }
  }

  var towers: Set<Embeddings.Part> {
    switch self {
    case .both: [.images, .texts]
    case .image: [.images]
    case .text: [.texts]
    }
  }
}

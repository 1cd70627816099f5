import ArgumentParser
import Evaluation
import Foundation
import Search

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the stored pictures or texts that are nearest to a text or a picture.",
    discussion: """
      Goes over what `diagonal embed` wrote: the pictures, or with --over texts the texts. Each --text, --image and --key \
      is a query of its own; a key is a stored row's, so searching for more like it needs no model. --less-text, \
      --less-image and --less-key are subtracted from each query. The search is exact: every row is compared, and a \
      score is the cosine.

      Examples:
        diagonal embed --model runs/emoji --data data/emoji/noto.tar --out embeddings/noto
        diagonal search --in embeddings/noto --model runs/emoji --text "a red fruit" --less-text "apple"
        diagonal search --in embeddings/noto --key 2474_1f34e --top 5 --json
      """)

  @Option(name: .customLong("in"), help: ArgumentHelp("What `diagonal embed` wrote.", valueName: "dir"))
  var stored: String

  @OptionGroup var wanted: SearchedThings

  @Option(help: ArgumentHelp("The model that embedded them; needed for texts and pictures.", valueName: "dir"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A merges file, vocab.txt, .model or tokenizer.json in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  @Option(help: "What is searched: images or texts.")
  var over = StoredEmbeddings.Side.images

  @Option(help: "How many to find for each query.")
  var top = 10

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top is \(top), expected at least 1") }
    try requireCount("--threads", threads ?? 1, atMost: 4096)
    if wanted.isEmpty { throw ValidationError("nothing to search for: expected --text, --image or --key") }
    if wanted.needsModel, model == nil {
      throw ValidationError("texts and pictures need --model, the one that embedded \(stored); --key needs none")
    }
  }

  func run() throws {
    let stored = try StoredEmbeddings(stored)
    let encoders = try wanted.needsModel ? ModelOptions.load(model ?? "", tokenizer: tokenizer, threads: threads) : nil
    if encoders == nil { try ModelOptions.useThreads(threads) }
    if let encoders { try stored.require(encoders) }
    let queries = try wanted.queries(encoders, stored, over)
    let found = try stored.search(queries, over: over, best: top)
    let answers = zip(queries, found).map { Answer(query: $0.name, results: $1) }
    if json { return try printJSON(["queries": answers]) }
    for answer in answers { print(answer.text) }
  }

  private struct Answer: Encodable {
    let query: String
    let results: [SearchHit]

    var text: String {
      ([query + ":"]
        + results.map { hit in
          String(format: "  %.4f  ", hit.score) + hit.key + (hit.caption.map { $0.isEmpty ? "" : "  " + $0 } ?? "")
        }).joined(separator: "\n")
    }
  }
}

extension StoredEmbeddings.Side: ExpressibleByArgument {}

import ArgumentParser
import Engine
import Evaluation
import Foundation
import Search
import Stored

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the stored pictures or texts that are nearest to a text or a picture.",
    discussion: """
      Goes over what `diagonal embed` wrote: the pictures, or with --over texts the texts. Each text, picture and key is a \
      query of its own, given by --text, --image and --key or as lines of a file; a key is a stored row's, so searching for \
      more like it needs no model. --more is added to each query and --less subtracted; without a query, what --more names \
      is one.

      A score is the cosine. Every row is compared, in whichever --memory; with --index a graph of neighbours is followed, \
      which may miss some, and --recall says how many.

      Examples:
        diagonal embed --model runs/emoji --data data/emoji/noto.tar --out embeddings/noto
        diagonal search --in embeddings/noto --model runs/emoji --text "a red fruit" --less apple
        diagonal search --in embeddings/noto --model runs/emoji --image cat.png --over texts
        diagonal search --in embeddings/noto --more key:2474_1f34e --less key:2471_1f34c --top 5 --json
        diagonal search --in embeddings/noto --model runs/emoji --texts queries.txt --html found.html \\
          --pictures data/emoji/noto.tar
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

  @OptionGroup var options: SearchOptions

  @Option(help: "Whether a key stands for its row of images or of texts (default: what is searched).")
  var keysOf: StoredPart?

  @OptionGroup var page: FoundPageOptions

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requireCount("--threads", threads ?? 1, atMost: 4096)
    if wanted.isEmpty {
      throw ValidationError("nothing to search for: expected --text, --image or --key, a file of them, or --more")
    }
    if wanted.needsModel, model == nil {
      throw ValidationError("texts and pictures need --model, the one that embedded \(stored); keys need none")
    }
  }

  func run() throws {
    let store = try EmbeddingStore(stored)
    let encoders =
      try wanted.needsModel
      ? ModelOptions.load(model ?? "", only: wanted.tower, tokenizer: tokenizer, threads: threads) : nil
    if encoders == nil { try ModelOptions.useThreads(threads) }
    if let encoders {
      // A text is compared with texts by the tokenizer that read them.
      let tokenizer = options.over == .texts && encoders.tower != .image ? encoders.tokenizerDigest : nil
      try store.require(model: encoders.fingerprint, width: encoders.width, tokenizer: tokenizer)
    }
    let rows = try StoredRows(store, options.over)
    let named = try rowsOfKeys(store, rows)
    let queries = try wanted.queries(encoders, named)
    if queries.isEmpty { throw ValidationError("nothing to search for: the files have no line") }
    let way = try options.way(rows)
    let start = ProcessInfo.processInfo.systemUptime
    let found = try rows.search(queries, best: options.top, by: way)
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let recall = try options.recall ? rows.recall(of: found, for: queries, best: options.top) : nil
    let answers = zip(queries, found).map { Query(query: $0.name, results: $1) }
    try page.write(answers.map { ($0.query, $0.results) }, searched: "\(options.over.rawValue) of \(stored)")
    try tell(Answer(queries: answers, rows: rows.count, exact: way.isExact, recall: recall, seconds: seconds))
  }

  private func rowsOfKeys(_ store: EmbeddingStore, _ searched: StoredRows) throws -> StoredRows {
    guard let keysOf, keysOf != options.over else { return searched }
    return try StoredRows(store, keysOf)
  }

  private func tell(_ answer: Answer) throws {
    if json { return try printJSON(answer) }
    for query in answer.queries { print(query.text) }
    if !answer.exact {
      printError(
        answer.recall.map { "by \(options.index ?? ""): recall \(percent($0)) of an exact search's \(options.top)" }
          ?? "by \(options.index ?? ""): some may be missing; --recall says how many")
    }
  }

  private struct Answer: Encodable {
    let queries: [Query]
    let rows: Int
    let exact: Bool
    let recall: Double?
    /// Of the search alone: not of reading, encoding, or keeping rows in fewer bits.
    let seconds: Double
  }

  private struct Query: Encodable {
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

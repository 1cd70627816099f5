import ArgumentParser
import Files
import Foundation
import Search
import Similarity
import Stored

struct DuplicatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates",
    abstract: "Finds stored pictures or captions that are near to equal, within a set or between two.",
    discussion: """
      Compares all rows that `diagonal embed` wrote, exactly, and groups those whose cosine is at least --least. --out lists \
      what to leave out, a line of JSON each with both keys and the cosine: of each group all but its first row; with \
      --against all rows that are near to one of the other set, as training data that its test set should not hold. \
      `--set data.exclude=FILE`, or the key in a run file, leaves out what the list names.

      Which cosine is near to equal depends on the model: look at the list's ends, which are printed.

      Examples:
        diagonal duplicates --in embeddings/noto --least 0.98 --out duplicates.jsonl
        diagonal duplicates --in embeddings/train --against embeddings/test --over texts --least 0.999 --out leaked.jsonl
        diagonal train run.yaml --out runs/clean --set data.exclude=leaked.jsonl
      """)

  @Option(name: .customLong("in"), help: ArgumentHelp("What `diagonal embed` wrote.", valueName: "dir"))
  var stored: String

  @Option(help: ArgumentHelp("Another, whose rows stay; it has to be of the same model.", valueName: "dir"))
  var against: String?

  @Option(help: "What is compared: images or texts.")
  var over = StoredPart.images

  @Option(help: ArgumentHelp("The least cosine of what is near to equal.", valueName: "cosine"))
  var least: Float = 0.95

  @Option(help: ArgumentHelp("The list to write.", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("How many of the nearest and of the farthest pairs to print.", valueName: "n"))
  var examples = 3

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    // The cosine of equal rows is 1 but for rounding.
    if !(least > -1 && least < 1) { throw ValidationError("--least is \(least), expected a cosine above -1, below 1") }
    if let out { try requirePath("--out", out) }
    if examples < 0 { throw ValidationError("--examples is \(examples), expected at least 0") }
    try requireCount("--threads", threads ?? 1, atMost: 4096)
  }

  func run() throws {
    try ModelOptions.useThreads(threads)
    let rows = try StoredRows(try EmbeddingStore(stored), over)
    let others = try against.map { try StoredRows(try EmbeddingStore($0), over) }
    if let others { try requireOneModel(rows, others) }
    let progress = RowProgress(of: rows.count)
    let found = Duplicates(rows, among: others, reaching: least) { progress.advanced(to: $0) }
    if let out { try found.write(to: out) }
    warn(of: found, rows.keys)
    if json {
      return try printJSON(
        Report(
          rows: rows.count, duplicates: found.rows.count, groups: found.groups, largest_group: found.largest,
          pairs: found.pairs, least: least, seconds: progress.seconds))
    }
    show(found, of: rows.count)
  }

  private func requireOneModel(_ rows: StoredRows, _ others: StoredRows) throws {
    guard rows.rows.width == others.rows.width, rows.model == nil || others.model == nil || rows.model == others.model
    else { throw StoredError.differentModel(path: others.path, made: others.model ?? "?", model: rows.model ?? "?") }
  }

  /// A list names rows by key alone.
  private func warn(of found: Duplicates, _ keys: [String]) {
    let listed = Set(found.rows.map(\.key))
    let staying = keys.count { listed.contains($0) } - found.rows.count
    guard staying > 0 else { return }
    printError(
      "\(counted(staying, "row", "rows")) that stay have the key of one that is listed, so data.exclude leaves them out too; "
        + "`diagonal data pack` gives keys that differ")
  }

  private func show(_ found: Duplicates, of count: Int) {
    let what =
      against.map { "near to rows of \($0)" } ?? "near to others, in \(counted(found.groups, "group", "groups"))"
    print(
      "\(counted(found.rows.count, "row", "rows")) of \(grouped(count)) to leave out: \(what)"
        + " (largest \(grouped(found.largest)), pairs \(grouped(found.pairs)), cosine at least \(least))")
    let order = found.rows.sorted { $0.cosine > $1.cosine }
    let ends = order.count <= 2 * examples ? order : Array(order.prefix(examples) + order.suffix(examples))
    for row in ends { print(String(format: "  %.4f  ", row.cosine) + "\(row.key)  \(row.near)") }
    if let out { print("\(out): \(counted(found.rows.count, "line", "lines")), for data.exclude") }
  }

  private struct Report: Encodable {
    let rows, duplicates, groups, largest_group, pairs: Int
    let least: Float
    let seconds: Double
  }
}

import ArgumentParser
import Demonstrations
import Foundation

struct DataShapesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shapes",
    abstract: "Makes scenes in which one thing alone varies: number, distance, place, colour, writing.",
    discussion: """
      Example:
        diagonal data shapes --out data/shapes
        diagonal eval zero-shot --model runs/shapes --data data/shapes/count-test.tar \\
          --classes data/shapes/count.json --templates data/shapes/count-templates.txt

      \(ShapeShards.summaries.map { "\($0.name): \($0.summary)." }.joined(separator: "\n"))

      A draw fixes items, places and sizes, and gives one scene for each value of the task's factor, so that all else is \
      balanced. TASK-train.tar and TASK-test.tar have no item, a shape of a colour, in common, or where there are two no pair of items. Each .json has the factor, \
      and in "hard_negatives" captions that are wrong by it alone. The same numbers give the same files, as long as \
      libvips, librsvg and the sans-serif font are the same.
      """)

  @Option(name: .long, help: "The directory to write; made if need be.")
  var out: String

  @Option(name: .long, help: "Width and height of the pictures in pixels, 8 to 1024.")
  var size = 64

  @Option(name: .long, help: "Draws of a task for training; a fourth as many for the test.")
  var draws = 400

  @Option(name: .long, help: "Of all that is drawn at random.")
  var seed: UInt64 = 0

  @Flag(name: .long, help: "Prints one JSON object: {\"directory\", \"files\": {NAME: PAIRS}, \"seconds\"}.")
  var json = false

  func validate() throws {
    try requirePath("--out", out)
    try requireCount("--draws", draws, atMost: 1_000_000)
    guard (8...1024).contains(size) else { throw ValidationError("--size \(size) is outside 8 to 1024.") }
  }

  func run() throws {
    let start = Date()
    let made = try ShapeShards(side: size, draws: draws, seed: seed).write(to: out, say: printError)
    let seconds = Date().timeIntervalSince(start)
    guard json else {
      for shard in made { print("\(out)/\(shard.file): \(shard.pairs) pairs") }
      return print(String(format: "%.1f s", seconds))
    }
    let files = Dictionary(uniqueKeysWithValues: made.map { ($0.file, $0.pairs) })
    try printJSON(DataFiles(directory: out, files: files, seconds: seconds))
  }
}

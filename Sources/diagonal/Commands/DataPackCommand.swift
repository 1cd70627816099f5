import ArgumentParser
import DataSets
import Foundation
import Pairs
import Settings

struct DataPackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Packs any data into WebDataset shards.",
    discussion: """
      Takes folders, tables and tars, compressed ones too (gzip, bzip2, xz, zstd, lz4; their plain copies lie in \
      DIR/.unpacked meanwhile), and writes DIR/shard-000000.tar … with origins.jsonl (where each pair comes from), \
      skipped.jsonl (what is left out, and why), manifest.jsonl and SHA256SUMS, which sha256sum -c checks.

      A pair becomes NUMBER.jpg (or .png, .webp …), .txt with its first caption, .json with the record's own fields and \
      all captions, and .cls if its class is a number; a class that is a name is the .json's “label”, since webdataset \
      reads no names in .cls. Pictures keep their bytes unless --format or --shorter-side is given, and are decoded all \
      the same: one that can't be is left out. Made anew, transparent parts become white, and metadata go. OpenCLIP \
      reads jpg, png and webp: other formats need --format there.

      With --shorter-side, .svg files are pictures too. They are drawn by librsvg, which reads no other files for it; \
      how long it draws isn't bounded, so don't pack drawings of strangers unwatched.

      The order is drawn by --seed. One that was killed goes on when it is started again, and gives the same bytes. \
      Another pack in DIR is replaced with --force only, and nothing but what its manifest lists.

      Examples:
        diagonal data pack photos/ more.tar.gz --out packed --shorter-side 256 --format webp
        diagonal data pack list.csv --out packed --set data.csv.image=photo --shard-bytes 256MiB
        diagonal data pack /usr/share/tuxpaint/stamps --out stamps --shorter-side 224 --format png \
          --caption-pattern '\\A.*'
      """)

  @OptionGroup var input: SourceOptions

  @Option(help: ArgumentHelp("The directory to write; made if need be.", valueName: "dir")) var out: String

  @Option(help: ArgumentHelp("A shard's most bytes.", valueName: "bytes"))
  var shardBytes = ByteCount(1 << 30)

  @Option(help: ArgumentHelp("A shard's most pairs.", valueName: "n")) var shardPairs = 10_000

  @Option(help: ArgumentHelp("Names the order.", valueName: "n")) var seed: UInt64 = 0

  @Flag(help: "Keeps the data's order.") var inOrder = false

  @Option(
    help: ArgumentHelp("Shrinks pictures to this shorter side; smaller ones stay.", valueName: "pixels"))
  var shorterSide: Int?

  @Option(help: "Makes pictures jpg, png or webp (with --shorter-side: jpg).")
  var format: PictureRemaking.Format?

  @Option(help: ArgumentHelp("Of jpg and webp, 1 to 100.", valueName: "n")) var quality = 90

  @Option(
    help: ArgumentHelp(
      "A regular expression: each match in a caption, or its first group, is a caption in its place.",
      valueName: "regex"))
  var captionPattern: String?

  @Option(help: "What a pair must have: both or pictures.") var needs = ReadingOptions.Needs.both

  @Flag(help: "Replaces another pack in DIR: the files that its manifest lists.") var force = false

  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    try requirePath("--out", out)
    for (name, value) in [("shard-pairs", shardPairs), ("shorter-side", shorterSide ?? 1)] where value < 1 {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
    guard 1...100 ~= quality else { throw ValidationError("--quality is \(quality), expected 1 to 100") }
    guard needs != .texts else { throw ValidationError("--needs texts: shards hold pictures") }
    do { _ = try captionPattern.map { try Regex($0) } } catch {
      throw ValidationError("--caption-pattern isn't a regular expression: \(error)")
    }
  }

  private var options: PackOptions {
    get throws {
      var options = PackOptions()
      (options.shardBytes, options.shardPairs, options.captionPattern) = (shardBytes.bytes, shardPairs, captionPattern)
      options.seed = inOrder ? nil : seed
      options.mostPixels = try input.settings.section.picturePixels
      if shorterSide != nil || format != nil {
        options.remaking = PictureRemaking(shorterSide: shorterSide, format: format ?? .jpg, quality: quality)
      }
      return options
    }
  }

  private struct Answer: Encodable {
    let sources: [String]
    let directory: String
    let packed: PackSummary
    let seconds: Double
  }

  func run() throws {
    let progress = EvaluationProgress()
    let packed: PackSummary
    do { packed = try pack(progress) } catch let error as PackError where error.isUsage {
      throw ValidationError("\(error)")
    }
    progress.finish()
    guard json else { return show(packed, progress.seconds) }
    try printJSON(Answer(sources: input.sources, directory: out, packed: packed, seconds: progress.seconds))
  }

  private func pack(_ progress: EvaluationProgress) throws -> PackSummary {
    var packer = Packer(into: out, try options)
    packer.replaces = force
    packer.skipLimit = try input.settings.section.skipLimit
    if let threads = input.threads { packer.threads = threads }
    packer.finishing = { directory, shards in
      // Bound to this copy by its times, so it isn't among what the sums list.
      try writeIndex(of: shards.map { "\(directory)/\($0)" })
      return []
    }
    let reading = try packer.reading(input.sources, try input.settings.options(needs: needs))
    let source = try openPairs(input.sources, reading)
    return try packer.run(source, advanced: progress.advanced, skipped: progress.skipped)
  }

  private func show(_ packed: PackSummary, _ seconds: Double) {
    let had = packed.resumed > 0 ? ", \(packed.resumed) of them there before" : ""
    print(
      "\(counted(packed.pairs, "pair", "pairs")) in \(counted(packed.shards, "shard", "shards"))\(had)"
        + String(format: ", %.1f MB; %.1f s", Double(packed.bytes) / 1e6, seconds))
    if packed.lost > 0 { print("left out: \(counted(packed.lost, "pair", "pairs")); \(out)/skipped.jsonl names each") }
    print("data.train: \(packed.data)")
  }
}

extension PictureRemaking.Format: ExpressibleByArgument {}

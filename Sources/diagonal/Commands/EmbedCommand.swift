import ArgumentParser
import Collectives
import Engine
import Evaluation
import Pairs
import Runs
import Settings
import Stored

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Stores the embeddings of pairs, to search, classify, measure or train from.",
    discussion: """
      Writes, for each stretch of --shard-pairs pairs of a shard, table or folder, images-00000.npy and texts-00000.npy \
      ([pairs, width], rows of length 1, in the data's order), keys, captions and what else is known of the pairs; and \
      embeddings.json, which says by which model. The text is a pair's first caption. A pair that can't be used has no row, \
      and skipped.jsonl names it. With one tower, only its encoder is loaded, and pictures need no captions, or texts no \
      pictures: a .txt file is a text a line.

      An --out that is there goes on where it was embedded alike: what is in it already isn't embedded again, so the same \
      command goes on after a kill, and one with more data adds them; with --verify it reads what is there first. Under \
      mpirun the workers share the stretches; the files are the same bytes for any number of workers.

      --before-projection stores the states that the encoders' projections take, for training by data.features in which the \
      projections learn and nothing below them.

      Examples:
        diagonal embed --model runs/emoji --data data/emoji/noto.tar --out embeddings/noto
        launch/local 8 diagonal embed --model runs/emoji --data 'photos/{0000..0099}.tar' --tower image \\
          --precision f16 --out embeddings/photos
      """)

  @OptionGroup var input: ModelOnPairs

  @Option(help: ArgumentHelp("The directory to write; made if need be.", valueName: "dir"))
  var out: String

  @Option(help: "What to embed: image, text or both.")
  var tower = EmbeddedTower.both

  @Option(help: "f32, or f16: half the size, rounded to 11 bits.")
  var precision = StoredPrecision.f32

  @Option(help: ArgumentHelp("The most pairs of one shard.", valueName: "n"))
  var shardPairs = Embeddings.Options.usualShardPairs

  @Flag(help: "Stores what the projections take in place of embeddings: for data.features, not to search or measure.")
  var beforeProjection = false

  @Flag(help: "Compares the files that are there with their SHA-256 in the manifest, before anything is added.")
  var verify = false

  @Flag(help: "Replaces the embeddings that are in --out: the files that their manifest names, and no others.")
  var force = false

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requirePath("--out", out)
    try requireCount("--shard-pairs", shardPairs, atMost: 1 << 30)
    if beforeProjection && precision != .f32 {
      throw ValidationError("--before-projection is for training, which wants --precision f32")
    }
    if verify && force {
      throw ValidationError("--verify looks at the files that --force replaces: leave out one of them")
    }
  }

  func run() throws {
    guard MPICommunicator.isLaunched else { return try embed(over: ThreadCommunicator.alone()) }
    try overMPI { try embed(over: $0) }
  }

  /// All workers share the work, and the first speaks.
  private func embed(over workers: any Communicator) throws {
    let (encoders, source) = try agreed(workers) { try input.open(needs: tower.needs, only: tower.alone) }
    try agreed(workers) { try requireSame(encoders, source, on: workers) }
    let progress = workers.rank == 0 ? EvaluationProgress() : nil
    let observer: any EvaluationObserver = if let progress { progress } else { Unobserved() }
    let made = try Embeddings(encoders, of: source, to: out, options, over: workers, observer: observer)
    if let progress {
      try input.answer(made, json: json, progress) { made in
        let shards = made.shards == 1 ? "1 shard" : "\(made.shards) shards"
        print("\(out): \(made.pairs) pairs × \(made.width) in \(shards), \(made.embedded) of the pairs new")
      }
    }
  }

  /// Machines that don't share their files can hold others of the same name.
  private func requireSame(_ encoders: Encoders, _ source: any PairSource, on workers: any Communicator) throws {
    guard workers.size > 1 else { return }
    let stretches = source.stretches(ofAtMost: shardPairs).map { "\($0.name) \($0.range)" }
    try requireAgreement(
      [
        ("model", encoders.fingerprint), ("tokenizer", encoders.tokenizerDigest),
        ("list of data", stretches.joined(separator: "\n")),
      ], among: workers)
  }

  private var options: Embeddings.Options {
    var options = Embeddings.Options(parts: tower.parts, shardPairs: shardPairs)
    (options.precision, options.replaces) = (precision, force)
    (options.states, options.verifies) = (beforeProjection, verify)
    options.settings = input.data.settings.overrides.filter { !$0.hasPrefix("data.skip_limit=") }.sorted()
    return options
  }
}

extension StoredPrecision: ExpressibleByArgument {}

enum EmbeddedTower: String, CaseIterable, ExpressibleByArgument {
  case both, image, text

  var needs: ReadingOptions.Needs {
    switch self {
    case .both: .both
    case .image: .pictures
    case .text: .texts
    }
  }

  var parts: [StoredPart] {
    switch self {
    case .both: [.images, .texts]
    case .image: [.images]
    case .text: [.texts]
    }
  }

  /// The one encoder that is loaded; nil for both.
  var alone: Tower? { Tower(rawValue: rawValue) }
}

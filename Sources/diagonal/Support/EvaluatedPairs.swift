import ArgumentParser
import Collectives
import Evaluation
import Pairs
import Runs
import Settings
import Stored

/// The pairs that are measured: read and embedded by a model, or stored.
struct EvaluatedPairs: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model directory, OpenCLIP's or Hugging Face's, a checkpoint, or a run (its newest; RUN@1200: that step's; "
        + "RUN@best: its best by checkpoint.best). Left out, where --stored has all that is measured.",
      valueName: "dir"))
  var model: String?

  @OptionGroup var reading: ModelReading

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Tars, folders, .csv, .tsv or .jsonl tables (globs and brace ranges too).", valueName: "shards"))
  var data: [String] = []

  @Option(
    help: ArgumentHelp(
      "In place of --data what `diagonal embed` wrote, whose rows serve as they are.", valueName: "dir"))
  var stored: String?

  @OptionGroup var settings: DataSettings

  func validate() throws {
    if data.isEmpty == (stored == nil) { throw ValidationError("expected one of --data SHARDS and --stored DIR") }
    if stored != nil && settings.gives("data.exclude") {
      throw ValidationError("--set data.exclude leaves nothing out of what is stored: embed with it")
    }
    if model == nil && stored == nil { throw ValidationError("expected --model DIR, which embeds --data") }
  }

  /// What is measured, and what by.
  struct Opened {
    let encoders: Encoders?
    let source: any PairSource
    let stored: StoredPairs?
  }

  func open(needs: ReadingOptions.Needs) throws -> Opened {
    try reading.useThreads()
    let section = try settings.section
    var encoders = try model.map { try reading.load($0) }
    encoders?.bounds = EvaluationBounds(section)
    if reading.transparency == nil { encoders?.background = PictureBackground(section.transparency) }
    let stored = try stored.map { try StoredPairs($0, needs: needs) }
    if let stored, let encoders { try stored.require(encoders) }
    return Opened(encoders: encoders, source: try stored ?? settings.open(data, needs: needs), stored: stored)
  }

  /// Opens other pairs in the same way; a directory of embeddings is taken for its rows.
  func open(_ path: String, needs: ReadingOptions.Needs, _ encoders: Encoders?) throws -> any PairSource {
    guard StoredPairs.isAt(path) else { return try settings.open([path], needs: needs) }
    let pairs = try StoredPairs(path, needs: needs)
    if let encoders { try pairs.require(encoders) }
    return pairs
  }

  /// Prints what was found: as one JSON object, or by `show`.
  func answer<Found: Encodable>(_ found: Found, json: Bool, _ progress: EvaluationProgress, show: (Found) -> Void)
    throws
  {
    let seconds = progress.seconds
    progress.finish()
    guard json else { return show(found) }
    try printJSON(
      FoundAnswer(model: model, data: stored == nil ? data : nil, stored: stored, seconds: seconds, found: found))
  }
}

import ArgumentParser
import Pairs
import Runs
import Settings

/// The pairs that a command reads.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Tars, folders, .csv, .tsv or .jsonl tables (globs and brace ranges too).", valueName: "shards"))
  var data: [String]

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "How they are read, as in a run file: data.csv.image=photo, data.encoding=latin1 …", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    for text in overrides where !text.hasPrefix("data.") {
      throw ValidationError("--set \(text): expected a key of how data are read, as in data.csv.image=photo")
    }
    try validateOverrides(overrides)
  }

  /// The section of a run file that the options make.
  var section: DataSection {
    get throws { try RunFile(yaml: "", overrides: overrides).data }
  }

  func open(needs: ReadingOptions.Needs = .both) throws -> any PairSource {
    var options = ReadingOptions(try section)
    options.needs = needs
    return try openPairs(data, options, IndexProgress.keeping())
  }
}

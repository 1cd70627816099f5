import ArgumentParser
import Pairs
import Settings

/// The pairs that a command reads.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Tars, folders, .csv, .tsv or .jsonl tables (globs and brace ranges too).", valueName: "shards"))
  var data: [String]

  @OptionGroup var settings: DataSettings

  /// The section of a run file that the options make.
  var section: DataSection {
    get throws { try settings.section }
  }

  func open(needs: ReadingOptions.Needs = .both) throws -> any PairSource { try settings.open(data, needs: needs) }
}

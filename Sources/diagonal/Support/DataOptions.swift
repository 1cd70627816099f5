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

  func open(needs: ReadingOptions.Needs = .both) throws -> any PairSource { try open(data, needs: needs) }

  /// Opens other pairs in the same way.
  func open(_ path: String, needs: ReadingOptions.Needs) throws -> any PairSource { try open([path], needs: needs) }

  private func open(_ paths: [String], needs: ReadingOptions.Needs) throws -> any PairSource {
    try openPairs(paths, try settings.options(needs: needs), IndexProgress.keeping())
  }
}

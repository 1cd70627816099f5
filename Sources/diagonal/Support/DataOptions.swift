import ArgumentParser
import Pairs

/// The pairs that a command reads.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Shards (brace ranges too), .csv or .tsv tables, folders.", valueName: "shards"))
  var data: [String]

  func open() throws -> any PairSource { try openPairs(data) }
}

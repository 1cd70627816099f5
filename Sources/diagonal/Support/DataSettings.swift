import ArgumentParser
import Pairs
import Runs
import Settings

/// How a command reads data.
struct DataSettings: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "How data are read, as in a run file: data.csv.image=photo, data.encoding=latin1, data.skip_limit=0.1 …",
      valueName: "key=value"))
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

  func options(needs: ReadingOptions.Needs = .both) throws -> ReadingOptions {
    var options = ReadingOptions(try section)
    options.needs = needs
    return options
  }

  func open(_ paths: [String], needs: ReadingOptions.Needs) throws -> any PairSource {
    try openPairs(paths, try options(needs: needs), IndexProgress.keeping())
  }

  /// Whether a key is among those that were given.
  func gives(_ key: String) -> Bool { overrides.contains { $0.hasPrefix("\(key)=") } }
}

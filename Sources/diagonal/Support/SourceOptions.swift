import ArgumentParser

/// Sources as a command's arguments.
struct SourceOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Tars, compressed or not, folders, .csv, .tsv or .jsonl tables (globs and brace ranges too).",
      valueName: "source"))
  var sources: [String]

  @OptionGroup var settings: DataSettings

  @Option(help: ArgumentHelp("Threads that read and decode (default: one a core).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    try requireThreads(threads)
  }
}

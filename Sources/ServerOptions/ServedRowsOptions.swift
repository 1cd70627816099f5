import ArgumentParser
import Search

/// Stored embeddings that are searched.
public struct ServedRowsOptions: ParsableArguments, Sendable {
  @Option(name: .customLong("in"), help: ArgumentHelp("What `diagonal embed` wrote, to be searched.", valueName: "dir"))
  public var stored: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "What `diagonal index` wrote over its images or its texts: faster, and may miss some; one of each.",
      valueName: "file"))
  public var index: [String] = []

  @Option(help: ArgumentHelp("How many candidates --index keeps; more find more.", valueName: "n"))
  public var effort = 64

  @Option(help: ArgumentHelp("How rows are kept in memory: f32 as they are; f16 or int8 copies.", valueName: "form"))
  public var memory = SearchMemory.f32

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Where the pictures of what is found are: the data that were embedded.", valueName: "source"))
  public var pictures: [String] = []

  public init() {}

  public func validate() throws {
    try requireWithin("--effort", effort, 1...1 << 16)
    if stored == nil, !index.isEmpty || !pictures.isEmpty || memory != .f32 {
      throw ValidationError("--index, --pictures and --memory are for what --in names, and it names nothing")
    }
    if !index.isEmpty, memory != .f32 {
      throw ValidationError("--index and --memory are two ways: leave out one of them")
    }
  }
}

extension SearchMemory: ExpressibleByArgument {}

import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Checks, packs and makes data to train on.",
    discussion: "Example: diagonal data check pictures/",
    subcommands: [
      DataCheckCommand.self, DataPackCommand.self, DataEmojiCommand.self, DataThingsCommand.self,
      DataLadderCommand.self, DataShapesCommand.self,
    ])
}

/// What a command that makes data has made.
struct DataFiles: Encodable {
  let directory: String
  /// Pairs of each file.
  let files: [String: Int]
  let seconds: Double
}

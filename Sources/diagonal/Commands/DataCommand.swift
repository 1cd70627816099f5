import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Makes data to train on.",
    discussion: "Example: diagonal data emoji --out data/emoji",
    subcommands: [DataEmojiCommand.self])
}

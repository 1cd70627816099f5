import ArgumentParser

@main
struct Diagonal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagonal",
    abstract: "Trains CLIP models over MPI, and uses what it trained.",
    subcommands: [])
}

import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measures a training step, the loss, tokenizer, loader, indexes, search or embedding alone, the processor or the machine.",
    discussion: "Example: diagonal bench loss --batch 16384 --dim 512 --json",
    subcommands: [
      BenchStepCommand.self, BenchLossCommand.self, BenchTokenizerCommand.self, BenchLoaderCommand.self,
      BenchIndexCommand.self, BenchSearchCommand.self, BenchEmbedCommand.self, BenchProcessorCommand.self,
      BenchMachineCommand.self,
    ])
}

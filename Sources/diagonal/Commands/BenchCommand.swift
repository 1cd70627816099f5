import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures a training step, the loss alone, the processor or the machine, on random data.",
    discussion: "Example: diagonal bench loss --batch 16384 --dim 512 --json",
    subcommands: [BenchStepCommand.self, BenchLossCommand.self, BenchProcessorCommand.self, BenchMachineCommand.self])
}

import ArgumentParser
import Collectives
import Engine
import Files
import Foundation
import Runs

@main
struct Diagonal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagonal",
    abstract: "Trains CLIP models over MPI, and uses what it trained.",
    discussion: """
      Example:
        diagonal data emoji --out data/emoji
        diagonal tokenizer train --data data/emoji/noto.tar --vocab 3000 --out data/emoji/merges.txt.gz
        mpirun -np 2 diagonal train launch/runs/emoji.yaml --out runs/emoji
      """,
    version: diagonalVersion,
    subcommands: [
      DataCommand.self, TokenizerCommand.self, PlanCommand.self, TrainCommand.self, SweepCommand.self,
      ExperimentCommand.self,
      EvalCommand.self,
      EmbedCommand.self,
      ClassifyCommand.self, SearchCommand.self, IndexCommand.self, DuplicatesCommand.self, ServeCommand.self,
      ModelsCommand.self,
      ConvertCommand.self, AverageCommand.self,
      InspectCommand.self, CheckpointsCommand.self, ReportCommand.self, WatchCommand.self, BenchCommand.self,
      CheckCommand.self,
    ])

  /// Exit codes: 0, 1 for the world's fault, 2 for usage, where ArgumentParser itself has sysexits' 64, and for settings;
  /// 75 for a run that was asked to stop.
  static func main() {
    openStandardStreams()
    endBySignalsOfCrashes()
    endWhereMemoryEnds()
    do {
      var command = try parseAsRoot()
      adviseFewerThreads(command)
      adviseLessMemory(command)
      do { try Processor.checkLimit() } catch { throw ValidationError("\(error)") }
      try requireOneProcess(command)
      try command.run()
      try requireOutput(of: command)
    } catch {
      // Of an error that isn't its own ArgumentParser knows nothing.
      let own = exitCode(for: error)
      let code = own == .failure ? ExitCode(of: error) : own
      let message = fullMessage(for: error)
      if code == .success {
        print(message)
      } else if !message.isEmpty {
        letWorker0Speak(code)
        writeStandardError(message + "\n")
      }
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  /// Throws where what a command printed is lost, on a full disk. Those that go on without a reader have records of their own.
  private static func requireOutput(of command: any ParsableCommand) throws {
    if command is TrainCommand || command is SweepCommand || command is ExperimentCommand { return }
    guard fflush(nil) != 0 else { return }
    throw FileError.unwritable(path: "standard output", reason: systemReason())
  }

  /// Workers share a command line and what is wrong with it. When worker 0 ends, the launcher ends the others; one
  /// that lives on has an error of its own.
  private static func letWorker0Speak(_ code: ExitCode) {
    guard code == .validationFailure, MPICommunicator.launchedRank ?? 0 > 0 else { return }
    // A signal that is caught would wake it to speak.
    for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2] { signal(number, SIG_DFL) }
    sleep(2)
  }
}

import ArgumentParser
import Collectives
import Engine
import Foundation

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
    subcommands: [
      DataCommand.self, TokenizerCommand.self, PlanCommand.self, TrainCommand.self, EvalCommand.self, EmbedCommand.self,
      ClassifyCommand.self, ModelsCommand.self, ConvertCommand.self, InspectCommand.self, BenchCommand.self,
      CheckCommand.self,
    ])

  /// Exit codes: 0, 1 for the world's fault, 2 for usage, where ArgumentParser itself has sysexits' 64.
  static func main() {
    do {
      var command = try parseAsRoot()
      do { try Processor.checkLimit() } catch { throw ValidationError("\(error)") }
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code == .success {
        print(message)
      } else if !message.isEmpty {
        letWorker0Speak(code)
        FileHandle.standardError.write(Data((message + "\n").utf8))
      }
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  /// Workers share a command line and what is wrong with it. When worker 0 ends, the launcher ends the others; one
  /// that lives on has an error of its own.
  private static func letWorker0Speak(_ code: ExitCode) {
    if code == .validationFailure, MPICommunicator.launchedRank ?? 0 > 0 { sleep(2) }
  }
}

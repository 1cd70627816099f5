import ArgumentParser
import Evaluation

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures a trained model on pairs.",
    discussion: """
      Under mpirun all workers share the work; the figures are the same on any number of them.

      Examples:
        diagonal eval retrieval --model runs/emoji --data data/emoji/emojione.tar
        launch/local 8 diagonal eval zero-shot --model runs/emoji@best --data test.tar --classes classes.json
      """,
    subcommands: Evaluators.all.map { command(of: $0) })

  private static func command<Measure: Evaluator>(of _: Measure.Type) -> any ParsableCommand.Type {
    EvaluatorCommand<Measure>.self
  }
}

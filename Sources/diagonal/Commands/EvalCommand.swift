import ArgumentParser
import Evaluation

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures a trained model on pairs.",
    discussion: """
      Example:
        diagonal eval retrieval --model runs/emoji/checkpoints/step-00002600 --data data/emoji/emojione.tar
      """,
    subcommands: Evaluators.all.map { command(of: $0) })

  private static func command<Measure: Evaluator>(of _: Measure.Type) -> any ParsableCommand.Type {
    EvaluatorCommand<Measure>.self
  }
}

import ArgumentParser
import Evaluation

/// An evaluator as a command below `eval`.
struct EvaluatorCommand<Measure: Evaluator>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Measure.name, abstract: Measure.summary, discussion: Measure.details + "\n\n" + example)
  }

  @OptionGroup var input: ModelOnPairs
  @OptionGroup var options: EvaluatorOptions<Measure>

  @Flag(help: "Prints one JSON object.")
  var json = false

  func run() throws {
    let measure = try Measure(options: options.values)
    try input.answer(json: json, needs: Measure.needs) { encoders, source, observer in
      try measure.evaluate(encoders, on: source, observer: observer)
    } show: {
      $0.table.show()
    }
  }

  private static var example: String {
    let options = Measure.options.compactMap { option in option.example.map { "--\(option.name) \($0)" } }
    return """
      Example:
        diagonal eval \(Measure.name) --model runs/emoji/checkpoints/step-00003600 \\
          \((["--data data/emoji/noto.tar"] + options).joined(separator: " \\\n    "))
      """
  }
}

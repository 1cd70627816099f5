import ArgumentParser
import Collectives
import Evaluation
import Pairs

/// An evaluator as a command below `eval`.
struct EvaluatorCommand<Measure: Evaluator>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Measure.name, abstract: Measure.summary, discussion: Measure.details + "\n\n" + example)
  }

  @OptionGroup var input: EvaluatedPairs
  @OptionGroup var options: EvaluatorOptions<Measure>

  @Flag(help: "Prints one JSON object.")
  var json = false

  func run() throws {
    let measure = try Measure(options: options.values)
    guard MPICommunicator.isLaunched else { return try answer(measure, over: ThreadCommunicator.alone()) }
    try overMPI { try answer(measure, over: $0) }
  }

  /// All workers share the work, and the first speaks.
  private func answer(_ measure: Measure, over workers: any Communicator) throws {
    let opened = try agreed(workers) { try input.open(needs: Measure.needs) }
    let progress = workers.rank == 0 ? EvaluationProgress() : nil
    let observer: any EvaluationObserver = if let progress { progress } else { Unobserved() }
    let context = EvaluationContext(opened.encoders, over: workers, stored: opened.stored, observer: observer) {
      try input.open($0, needs: Measure.needs, opened.encoders)
    }
    let found = try measure.evaluate(context, on: opened.source)
    if let progress { try input.answer(found, json: json, progress) { $0.table.show() } }
  }

  private static var example: String {
    let options = Measure.options.compactMap { option in option.example.map { "--\(option.name) \($0)" } }
    return """
      Example:
        diagonal eval \(Measure.name) --model runs/emoji \\
          \((["--data data/emoji/emojione.tar"] + options).joined(separator: " \\\n    "))
      """
  }
}

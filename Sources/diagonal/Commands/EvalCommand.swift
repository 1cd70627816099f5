import ArgumentParser
import Evaluation
import Foundation

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures a trained model on pairs.",
    discussion: """
      Example:
        diagonal eval retrieval --model runs/emoji/checkpoints/step-00002600 --data data/emoji/emojione.tar
      """,
    subcommands: [RetrievalCommand.self, ZeroShotCommand.self])
}

struct RetrievalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrieval",
    abstract: "How well pictures find their captions, and captions their pictures.",
    discussion: """
      R@k is the share of queries with a correct answer among the first k. A caption that several pictures share is one \
      text, and right for all of them. Ties count against the model.

      Example:
        diagonal eval retrieval --model runs/emoji/checkpoints/step-00003600 \\
          --data data/emoji/emojione.tar
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Option(help: "first (a pair's first caption, the name) or all: any of a picture's captions is a hit.")
  var captions = Retrieval.CaptionChoice.first

  @Flag(help: "Prints one JSON object.")
  var json = false

  func run() throws {
    let (encoders, source) = (try model.load(), try data.open())
    let progress = EvaluationProgress()
    let retrieval = try Retrieval(encoders, on: source, captions: captions, observer: progress)
    let seconds = progress.seconds
    progress.finish(skipped: retrieval.skipped)
    if json {
      try printJSON(EvaluationAnswer(model: model.model, data: data.data, seconds: seconds, result: retrieval))
    } else {
      print("\(retrieval.pairs) pairs, \(retrieval.imageToText.candidates) captions")
      print(column("", 16) + ["R@1", "R@5", "R@10", "median", "mean"].map { column($0) }.joined())
      print("picture → text  " + line(retrieval.imageToText))
      print("text → picture  " + line(retrieval.textToImage))
    }
  }

  private func line(_ summary: RankSummary) -> String {
    let recalls = [summary.recallAt1, summary.recallAt5, summary.recallAt10].map(percent)
    let ranks = ["\(summary.medianRank)", String(format: "%.1f", summary.meanRank)]
    return (recalls + ranks).map { column($0) }.joined()
  }
}

struct ZeroShotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero-shot",
    abstract: "How often a picture's class is the nearest of all classes' names.",
    discussion: """
      The class file is {"label": FIELD, "classes": [NAME, …]}: a pair takes part if FIELD of its json is one of the \
      classes. Or plain text, one class a line, with the field by --label.

      Each class is the mean of its name in all templates. Macro is the mean of the classes' own accuracies.

      Example:
        diagonal eval zero-shot --model runs/emoji/checkpoints/step-00003600 \\
          --data data/emoji/noto.tar --classes data/emoji/fruit.json \\
          --templates data/emoji/templates.txt
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The file of classes.", valueName: "file"))
  var classes: String

  @Option(
    help: ArgumentHelp(
      "The field of a pair's json that holds its class (default: what the file says).", valueName: "field"))
  var label: String?

  @Option(
    help: ArgumentHelp("One template a line, such as: a photo of a {} (default: the name alone).", valueName: "file"))
  var templates: String?

  @Flag(help: "Prints one JSON object, with each class's counts.")
  var json = false

  func run() throws {
    let list = try ClassList(file: classes, label: label)
    let templates = try templates.map(Templates.read) ?? Templates.plain
    let (encoders, source) = (try model.load(), try data.open())
    let progress = EvaluationProgress()
    let found = try ZeroShot(encoders, on: source, list, templates: templates, observer: progress)
    let seconds = progress.seconds
    progress.finish(skipped: found.skipped)
    if json {
      try printJSON(EvaluationAnswer(model: model.model, data: data.data, seconds: seconds, result: found))
    } else {
      print("\(found.pairs) pairs, \(found.classes.count) classes, templates: \(templates.joined(separator: ", "))")
      for (name, share) in [
        ("top-1", found.top1), ("top-5", found.top5), ("macro", found.macro), ("chance", found.chance),
      ] { print(name + column(percent(share), 16 - name.count)) }
    }
  }
}

extension Retrieval.CaptionChoice: ExpressibleByArgument {}

import ArgumentParser
import CLIP
import Evaluation
import Foundation

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Says which of the labels fits each picture best.",
    discussion: """
      Probabilities of the labels are one together, by softmax. Of a model that was trained by sigmoids, which has a \
      logit_bias, each label has one of its own, which a line says, and "probabilities" in JSON.

      A picture that can't be read is named on standard error; the others are classified, and the exit code is 1, or \
      with --set data.skip_limit=SHARE if that share of the pictures was exceeded. --set data.picture_pixels=N refuses \
      larger ones.

      Example:
        diagonal classify --model runs/emoji/checkpoints/step-00003600 \\
          --labels "apple,banana" --template "an emoji of {}" fruit.png
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var settings: DataSettings

  @Option(help: ArgumentHelp("The labels, with commas between them.", valueName: "a,b,…"))
  var labels: String?

  @Option(
    parsing: .singleValue, help: ArgumentHelp("A label, which may hold commas; may be repeated.", valueName: "text"))
  var label: [String] = []

  @Option(help: ArgumentHelp("A file of labels, as eval zero-shot takes it.", valueName: "file"))
  var classes: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A sentence around each label; several are averaged (default: the label alone).", valueName: "text"))
  var template: [String] = []

  @Flag(help: "Prints one JSON object, with every label's probability.")
  var json = false

  @Argument(help: "Picture files.")
  var images: [String]

  private var given: [String] {
    ((labels ?? "").split(separator: ",").map(String.init) + label)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// Labels and those of the file, each once: no model tells two of one name apart.
  private var names: [String] {
    get throws {
      let all = given + (try classes.map { try ClassList(file: $0).names } ?? [])
      var seen = Set<String>()
      return all.filter { seen.insert($0).inserted }
    }
  }

  func validate() throws {
    if given.isEmpty && classes == nil {
      throw ValidationError("no label: expected --labels \"apple,banana\", --label \"a cat, asleep\" or --classes FILE")
    }
    if Set(given).count < given.count { throw ValidationError("--labels names a label twice") }
    if let wrong = template.first(where: { !$0.contains("{}") }) {
      throw ValidationError("--template “\(wrong)” has no {}, where the label belongs")
    }
  }

  func run() throws {
    var encoders = try model.load()
    encoders.bounds = EvaluationBounds(try settings.section)
    let classes = try ClassEmbeddings(names, templates: template.isEmpty ? Templates.plain : template, encoders)
    let isSigmoid = encoders.model.ownBias != nil
    if isSigmoid && !json { print("each label by itself, by sigmoid, as the model was trained:") }
    var answers: [ClassifiedPicture] = []
    for path in images {
      let answer = ClassifiedPicture(path, classes, encoders)
      if let error = answer.error { printError(error) }
      if !json && answer.error == nil { print(answer.line) }
      answers.append(answer)
    }
    if json { try printJSON(Answer(images: answers, probabilities: isSigmoid ? "sigmoid" : "softmax")) }
    let lost = answers.count { $0.error != nil }
    let limit = settings.gives("data.skip_limit") ? encoders.bounds.skipLimit : 0
    if Double(lost) > limit * Double(answers.count) { throw ExitCode.failure }
  }

  private struct Answer: Encodable {
    let images: [ClassifiedPicture]
    let probabilities: String
  }
}

import ArgumentParser
import CLIP
import Evaluation
import Files
import Foundation
import Pairs
import Stored
import Synchronization

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Says which of the labels fits each picture best.",
    discussion: """
      Pictures are files, folders of them, globs, or - for a path a line on standard input, each answered as it comes; or \
      the rows of what `diagonal embed` stored, by --stored, of which the pictures themselves aren't needed.

      Probabilities of the labels are one together, by softmax. Of a model that was trained by sigmoids, which has a \
      logit_bias, each label has one of its own, which a line says, and "probabilities" in JSON.

      A picture that can't be read is named on standard error; the others are classified, and the exit code is 1, or \
      with --set data.skip_limit=SHARE if that share of the pictures was exceeded. --set data.picture_pixels=N refuses \
      larger ones.

      Examples:
        diagonal classify --model runs/emoji/checkpoints/step-00003600 \\
          --labels "apple,banana" --template "an emoji of {}" fruit.png
        find photos -name '*.jpg' | diagonal classify --model ViT-B-32 --classes imagenet.txt --top 1 -
        diagonal classify --model runs/emoji --classes data/emoji/fruit.json --stored embeddings/noto
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

  @Option(help: ArgumentHelp("A file of such sentences, as eval zero-shot takes it.", valueName: "file"))
  var templates: String?

  @Option(help: ArgumentHelp("How many labels are told, the best (default: 5; in JSON all).", valueName: "k"))
  var top: Int?

  @Option(help: ArgumentHelp("In place of pictures what `diagonal embed` wrote.", valueName: "dir"))
  var stored: String?

  @Flag(help: "Prints one JSON object, with every label's probability or those of --top.")
  var json = false

  @Argument(help: "Picture files, folders, globs; - reads paths from standard input.")
  var images: [String] = []

  private static let shown = 5

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
    if images.isEmpty == (stored == nil) { throw ValidationError("expected pictures, or --stored DIR in their place") }
    if images.contains("-") && images.count > 1 { throw ValidationError("- stands alone: it reads all paths itself") }
    try requireCount("--top", top ?? 1, atMost: .max)
    if Set(given).count < given.count { throw ValidationError("--labels names a label twice") }
    if let wrong = template.first(where: { !$0.contains("{}") }) {
      throw ValidationError("--template “\(wrong)” has no {}, where the label belongs")
    }
  }

  func run() throws {
    var encoders = try model.load()
    encoders.bounds = EvaluationBounds(try settings.section)
    let store = try stored.map { try EmbeddingStore($0) }
    if let store { try store.require(model: encoders.fingerprint, width: encoders.width) }
    let sentences = try templates.map { try Templates.read($0) } ?? []
    let all = template + sentences
    let classes = try ClassEmbeddings(names, templates: all.isEmpty ? Templates.plain : all, encoders)
    let classifier = PictureClassifier(
      classes: classes, encoders: encoders, best: min(classes.names.count, top ?? (json ? .max : Self.shown)))
    if classifier.isSigmoid && !json { print("each label by itself, by sigmoid, as the model was trained:") }
    var (answers, count, lost) = ([ClassifiedPicture](), 0, 0)
    func take(_ answer: ClassifiedPicture) {
      if let error = answer.error { printError(error) }
      if json { answers.append(answer) } else if answer.error == nil { print(answer.line) }
      (count, lost) = (count + 1, lost + (answer.error == nil ? 0 : 1))
    }
    if let store {
      try classifier.eachRow(of: store, take)
    } else if images == ["-"] {
      try classifier.eachFile(atOnce: 1, { nextLine() }) { answer in
        take(answer)
        // Who writes paths may wait for their answers.
        fflush(nil)
      }
    } else {
      let files = Mutex(try images.flatMap { try Self.files($0) }.map { FilePath($0) }[...])
      try classifier.eachFile(atOnce: Encoders.batch, { files.withLock { $0.popFirst() } }, take)
    }
    if json {
      try printJSON(Answer(images: answers, probabilities: classifier.isSigmoid ? "sigmoid" : "softmax"))
    }
    let limit = settings.gives("data.skip_limit") ? encoders.bounds.skipLimit : 0
    if Double(lost) > limit * Double(count) { throw ExitCode.failure }
  }

  /// What isn't there is a picture that can't be read.
  private static func files(_ path: String) throws -> [String] {
    do { return try pictureFiles(path) } catch ShardError.missing, ShardError.noMatch { return [path] }
  }

  private struct Answer: Encodable {
    let images: [ClassifiedPicture]
    let probabilities: String
  }
}

/// The next line of standard input as the bytes of a path, which needn't be UTF-8; nil at its end.
private func nextLine() -> FilePath? {
  var bytes: [UInt8] = []
  while true {
    let next = getchar()
    if next == EOF && bytes.isEmpty { return nil }
    if next == EOF || next == Int32(UInt8(ascii: "\n")) { break }
    bytes.append(UInt8(truncatingIfNeeded: next))
  }
  return FilePath(bytes: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...])
}

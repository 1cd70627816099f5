import ArgumentParser
import DataSets
import Files
import Pairs
import Settings

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reads data once and says what is in them.",
    discussion: """
      Reads and decodes every pair on all cores and tells: pairs and flaws by kind with examples (file, record, byte), \
      formats and sizes of pictures, lengths of captions and how many a context is too short for, copies, classes.

      Equal pictures have the same bytes, alike ones look alike (64 bits of dHash, at most 3 of them different). Equal \
      captions have the same text, or tokens if there is a --tokenizer; alike ones differ in case, accents, width, \
      punctuation or blanks only.

      The exit code is 1 if more than --most-flawed of the pairs can't be used: by default, if any can't. Notes about \
      what costs no pair don't count.

      Examples:
        diagonal data check data/emoji/noto.tar --tokenizer data/emoji/merges.txt.gz --label category
        diagonal data check pictures/ list.csv --set data.csv.image=photo --most-flawed 0.01 --json
      """)

  @OptionGroup var input: SourceOptions

  @Option(
    help: ArgumentHelp(
      "A merges file, vocab.txt, .model or tokenizer.json, to count captions in tokens.", valueName: "file"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Tokens that the model takes.", valueName: "n")) var context = 77

  @Option(
    help: ArgumentHelp("The field of .json, or the column, that holds the class (default: .cls).", valueName: "field"))
  var label: String?

  @Option(help: "What a pair must have: both, pictures or texts.") var needs = ReadingOptions.Needs.both

  @Option(help: ArgumentHelp("Examples of each kind of flaw and of copies.", valueName: "n")) var examples = 3

  @Option(help: ArgumentHelp("The share of the pairs that may be lost.", valueName: "share")) var mostFlawed = 0.0

  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    guard context >= 2 else { throw ValidationError("--context is \(context), expected at least 2") }
    guard examples >= 0 else { throw ValidationError("--examples is \(examples), expected at least 0") }
    guard 0...1 ~= mostFlawed else { throw ValidationError("--most-flawed is \(mostFlawed), expected 0 to 1") }
  }

  private struct Answer: Encodable {
    let sources: [String]
    let seconds: Double
    let report: CheckReport

    enum CodingKeys: String, CodingKey { case sources, seconds }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(sources, forKey: .sources)
      try container.encode(seconds, forKey: .seconds)
    }
  }

  func run() throws {
    let check = try check()
    let unpacking = try makeTemporaryDirectory("diagonal-check")
    defer { removeUnpacked(in: unpacking) }
    var options = try input.settings.options(needs: needs)
    options.unpacking = unpacking
    let progress = EvaluationProgress()
    let report = try check.run(
      try openPairs(input.sources, options), withPictures: needs != .texts, advanced: progress.advanced)
    if json {
      try printJSON(Answer(sources: input.sources, seconds: progress.seconds, report: report))
    } else {
      report.show()
    }
    if report.lostShare > mostFlawed { throw ExitCode.failure }
  }

  private func check() throws -> DataCheck {
    var check = DataCheck()
    check.tokenizer = try tokenizer.map { try openTokenizer(file: $0) }
    (check.context, check.label, check.examples) = (context, label, examples)
    check.mostPixels = try input.settings.section.picturePixels
    if let threads = input.threads { check.threads = threads }
    return check
  }
}

extension ReadingOptions.Needs: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "both": self = .both
    case "pictures": self = .pictures
    case "texts": self = .texts
    default: return nil
    }
  }

  public var defaultValueDescription: String { "\(self)" }
}

/// What keeps an evaluation from its answer.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  case noTokenizer(path: String)
  case vocabulary(tokenizer: String, found: Int, expected: Int)
  case tokenizer(String, problem: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case classFile(path: String, problem: String)
  case template(String)
  case noLabels(field: String)
  case noHardNegatives(field: String)
  case nothingToEvaluate
  /// - Parameter what: what of the model isn't finite.
  case notFinite(String)
  case tooFewClasses(Int, field: String)
  case noModel
  case noClass(String, known: [String])
  case noStates(tower: String)
  case missingOption(String, evaluator: String)
  case option(String, value: String, expected: [String])

  public var description: String {
    switch self {
    case .noTokenizer(let path):
      "\(path) holds no tokenizer: name the one that the model was trained with by --tokenizer FILE"
    case .vocabulary(let tokenizer, let found, let expected):
      "\(tokenizer) has \(found) tokens, more than the model's \(expected): it is the tokenizer of another model"
    case .tokenizer(let tokenizer, let problem): "\(tokenizer) doesn't suit the model: \(problem)"
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .unwritable(let path, let reason): "can't write \(path): \(reason)"
    case .classFile(let path, let problem):
      "\(path): \(problem); expected {\"label\": FIELD, \"classes\": [NAME, …]}, a JSON list of names, or one a line"
    case .template(let text):
      text.isEmpty
        ? "the file of templates has none: write one a line, with {} where the class belongs"
        : "the template “\(text)” has no {}: write {} where the class belongs"
    case .noHardNegatives(let field):
      "no pair has captions in \(field) that are wrong of its picture: name the field or column that holds them"
    case .noLabels(let field):
      "no pair has a “\(field)”, or a .cls, among the classes: check the class file against the data"
    case .nothingToEvaluate: "no pair of the data could be used"
    case .notFinite(let what):
      "\(what) isn't finite, so nothing can be said of it: the model is damaged, or was when saved"
    case .tooFewClasses(let count, let field):
      "the pairs to learn from have \(count) different labels in “\(field)” or .cls, and a classifier needs two"
    case .noModel: "not all that is measured is stored: name the model that embedded it by --model"
    case .noClass(let text, let known):
      "“\(text)” is none of the \(known.count) classes that this supervised model learned (\(Self.some(known))): it has no "
        + "text encoder, so it can be asked for these alone, without templates"
    case .noStates(let tower):
      "the \(tower) encoder has no projection that stands apart (transformers of OpenCLIP's kind and BERTs have): embed it "
        + "without --before-projection, by --tower \(tower), for a run that locks it whole"
    case .missingOption(let name, let evaluator): "\(evaluator) needs --\(name)"
    case .option(let name, let value, let expected):
      "--\(name) is \(value), expected \(expected.joined(separator: " or "))"
    }
  }

  private static func some(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}

import CLIP
import Collectives
import Foundation
import Pairs

/// What all workers of a run agree on before it begins: settings, data, and where to start from.
public struct TrainingSetup: Sendable {
  public let run: RunFile
  public let configuration: ModelConfiguration
  public let tokenizer: Tokenizer
  public let source: any PairSource
  public let schedule: Schedule
  public let directory: RunDirectory
  /// The checkpoint that the run continues; nil for one that begins.
  public let start: (path: String, state: CheckpointState)?

  /// Reads and checks everything that can be wrong before a run starts.
  ///
  /// - Parameters:
  ///   - run: as the user wrote it.
  ///   - report: gets a line about what was passed over.
  public init(
    _ run: RunFile, workers: Int, directory: RunDirectory, resume: Resume, report: @escaping @Sendable (String) -> Void
  ) throws {
    start = try directory.start(resume) { report("passed over a checkpoint: \($0)") }
    self.run = try run.resolved(workers: workers, resuming: start?.state)
    self.directory = directory
    _ = try self.run.precision.element()
    configuration = try Self.configuration(self.run)
    let tokenizerPath = self.run.data.tokenizer ?? ModelDirectory(self.run.model.from ?? "").tokenizerPath
    tokenizer = try Tokenizer(file: tokenizerPath)
    guard tokenizer.vocabularySize <= configuration.text.vocabularySize else {
      throw TrainingError.vocabulary(
        tokenizer: tokenizerPath, size: tokenizer.vocabularySize, model: configuration.text.vocabularySize)
    }
    source = try openPairs(self.run.data.train)
    guard source.count >= self.run.batch.size else {
      throw TrainingError.tooFewPairs(pairs: source.count, batch: self.run.batch.size)
    }
    schedule = Schedule(self.run, pairs: source.count)
    if let start {
      try start.state.require(self.run, pairs: source.count, path: start.path)
      try Self.require(configuration, of: start.path)
    }
  }

  /// Throws unless a checkpoint's model is the run's.
  private static func require(_ mine: ModelConfiguration, of checkpoint: String) throws {
    let found = try fields(ModelConfiguration(path: ModelDirectory(checkpoint).configurationPath))
    let expected = try fields(mine)
    let differing = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
    guard differing.isEmpty else {
      throw CheckpointError.otherRun(
        path: checkpoint,
        differences: differing.map {
          .init(key: "the model's \($0)", found: found[$0] ?? "not set", expected: expected[$0] ?? "not set")
        })
    }
  }

  /// `vision_cfg.layers` and its like, with their values.
  private static func fields(_ configuration: ModelConfiguration) throws -> [String: String] {
    func flat(_ object: Any, _ path: String) -> [(String, String)] {
      guard let object = object as? [String: Any] else { return [(path, "\(object)")] }
      return object.flatMap { flat($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration))
    return Dictionary(uniqueKeysWithValues: flat(object, ""))
  }

  private static func configuration(_ run: RunFile) throws -> ModelConfiguration {
    switch run.model.config {
    case .file(let path)?:
      // Says why a file can't be read, which Foundation leaves out.
      _ = try run.model.config?.json()
      return try ModelConfiguration(path: path)
    case .inline(let json)?: return try ModelConfiguration(json: Data(json.utf8))
    case nil: return try ModelConfiguration(path: ModelDirectory(run.model.from ?? "").configurationPath)
    }
  }
}

import Files
import Foundation
import Settings

/// `state.json`: where a run stood, what defines it, and which files it has.
///
/// The number of workers isn't in it, nor a time: equal runs give equal checkpoints, byte for byte. The model isn't
/// either: its configuration lies beside.
public struct CheckpointState: Codable, Sendable, Equatable {
  public static let newestFormat = 3

  public var format = newestFormat
  /// Steps done.
  public var step: Int
  /// Position in the endless sample sequence: step · B.
  public var samplePosition: Int
  public var seed: UInt64
  public var batch: Int
  public var chunk: Int
  public var lanes: Int
  public var precision: String
  public var reduction: String
  /// Threads of each worker.
  public var threads: Int
  /// Training pairs, which the order of samples depends on.
  public var pairs: Int
  /// SHA-256 of the tokenizer's merges.
  public var merges: String
  /// Which data the run trains on: `DataIdentity.digest`. Absent in older checkpoints.
  public var data: String?
  /// The order of the samples where it isn't the full one, and what batches are kept diverse by; absent otherwise.
  public var order: String?
  public var diversity: String?
  /// Groups that learn of a locked encoder; absent where all of it does.
  public var unlockedImageGroups: Int?
  public var unlockedTextGroups: Int?
  /// The fingerprint of the model that embedded `data.features`; absent without.
  public var features: String?
  /// Every other file of the checkpoint but SHA256SUMS, which must list these and state.json.
  public var files: [String] = []

  /// - Parameters:
  ///   - run: resolved.
  ///   - pairs: in the training data.
  ///   - merges: SHA-256 of the tokenizer's.
  ///   - data: which data they are.
  ///   - features: the fingerprint of the model that embedded what takes the place of towers.
  public init(
    step: Int, run: RunFile, pairs: Int, merges: String, data: String? = nil, features: String? = nil
  ) {
    guard let chunk = run.batch.chunk, let lanes = run.parallel.lanes else {
      preconditionFailure("checkpoint state: the run is not resolved")
    }
    self.step = step
    samplePosition = step * run.batch.size
    seed = run.seed
    batch = run.batch.size
    self.chunk = chunk
    self.lanes = lanes
    precision = run.precision.rawValue
    reduction = run.parallel.reduction.rawValue
    threads = run.parallel.threads
    self.pairs = pairs
    self.merges = merges
    (self.data, self.features) = (data, features)
    order = run.data.order.name
    diversity = run.diversityName
    unlockedImageGroups = run.model.learningImageGroups
    unlockedTextGroups = run.model.learningTextGroups
  }

  enum CodingKeys: String, CodingKey {
    case format, step, seed, batch, chunk, lanes, precision, reduction, threads, pairs, merges, data, files, order,
      diversity, features
    case samplePosition = "sample_position"
    case unlockedImageGroups = "unlocked_image_groups"
    case unlockedTextGroups = "unlocked_text_groups"
  }

  /// Reads format 2 too, whose `files` had their checksums.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    format = try fields.decode(Int.self, forKey: .format)
    step = try fields.decode(Int.self, forKey: .step)
    samplePosition = try fields.decode(Int.self, forKey: .samplePosition)
    seed = try fields.decode(UInt64.self, forKey: .seed)
    batch = try fields.decode(Int.self, forKey: .batch)
    chunk = try fields.decode(Int.self, forKey: .chunk)
    lanes = try fields.decode(Int.self, forKey: .lanes)
    precision = try fields.decode(String.self, forKey: .precision)
    reduction = try fields.decode(String.self, forKey: .reduction)
    threads = try fields.decode(Int.self, forKey: .threads)
    pairs = try fields.decode(Int.self, forKey: .pairs)
    merges = try fields.decode(String.self, forKey: .merges)
    data = try fields.decodeIfPresent(String.self, forKey: .data)
    order = try fields.decodeIfPresent(String.self, forKey: .order)
    diversity = try fields.decodeIfPresent(String.self, forKey: .diversity)
    features = try fields.decodeIfPresent(String.self, forKey: .features)
    unlockedImageGroups = try fields.decodeIfPresent(Int.self, forKey: .unlockedImageGroups)
    unlockedTextGroups = try fields.decodeIfPresent(Int.self, forKey: .unlockedTextGroups)
    files =
      format == 2
      ? try fields.decode([String: String].self, forKey: .files).keys.sorted()
      : try fields.decode([String].self, forKey: .files)
  }

  /// What stands in for what a run file leaves open.
  package var settled: SettledValues {
    SettledValues(chunk: chunk, lanes: lanes, precision: Precision(rawValue: precision))
  }

  /// Whether the numbers can be those of a run.
  var isPossible: Bool {
    guard (0...1_000_000_000).contains(step), batch > 0, chunk > 0, lanes > 0, pairs > 0, threads > 0 else {
      return false
    }
    let (position, overflow) = step.multipliedReportingOverflow(by: batch)
    return !overflow && position == samplePosition
  }

  /// What of a run's settings and data makes it another than this one's.
  func differences(
    _ run: RunFile, pairs: Int, merges: String, data: String?
  ) -> [CheckpointError.Difference] {
    let mine = CheckpointState(step: step, run: run, pairs: pairs, merges: merges, data: data)
    func words(_ groups: Int?) -> String { groups.map(String.init) ?? "all" }
    var facts = [
      ("seed", "\(seed)", "\(mine.seed)"), ("batch.size", "\(batch)", "\(mine.batch)"),
      ("batch.chunk", "\(chunk)", "\(mine.chunk)"), ("parallel.lanes", "\(lanes)", "\(mine.lanes)"),
      ("precision", precision, mine.precision), ("parallel.reduction", reduction, mine.reduction),
      ("number of training pairs", "\(self.pairs)", "\(mine.pairs)"),
      ("the tokenizer's merges' SHA-256", self.merges, mine.merges),
      ("data.order", order ?? "full", mine.order ?? "full"),
      ("batch.diversity", diversity ?? "none", mine.diversity ?? "none"),
      ("model.unlocked_image_groups", words(unlockedImageGroups), words(mine.unlockedImageGroups)),
      ("model.unlocked_text_groups", words(unlockedTextGroups), words(mine.unlockedTextGroups)),
    ]
    // Data of another number differ anyway, and older checkpoints don't say which they are.
    if self.pairs == mine.pairs, let before = self.data, let now = mine.data {
      facts.append(("the training data's digest (names, sizes, keys, captions)", before, now))
    }
    return facts.filter { $0.1 != $0.2 }.map { .init(key: $0.0, found: $0.1, expected: $0.2) }
  }

  /// Throws where what a run file says of the batch makes it another run. Known before it is resolved: what it would be
  /// offered there instead couldn't be taken.
  func requireBatch(of run: RunFile, path: String) throws(CheckpointError) {
    let facts = [
      ("batch.size", batch, run.batch.size), ("batch.chunk", chunk, run.batch.chunk ?? chunk),
      ("parallel.lanes", lanes, run.parallel.lanes ?? lanes),
    ]
    let differences = facts.filter { $0.1 != $0.2 }
      .map { CheckpointError.Difference(key: $0.0, found: "\($0.1)", expected: "\($0.2)") }
    guard differences.isEmpty else { throw .otherRun(path: path, differences: differences) }
  }

  /// Throws unless a run with these settings continues this one.
  public func require(
    _ run: RunFile, pairs: Int, merges: String, data: String? = nil, path: String
  ) throws(CheckpointError) {
    let differences = differences(run, pairs: pairs, merges: merges, data: data)
    guard differences.isEmpty else { throw .otherRun(path: path, differences: differences) }
  }
}

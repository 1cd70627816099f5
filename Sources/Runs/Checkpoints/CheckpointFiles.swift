import Files
import Foundation
import Settings

/// `state.json`: where a run stood, what defines it, and what its files must be.
///
/// The number of workers isn't in it, nor a time: equal runs give equal checkpoints, byte for byte. The model isn't
/// either: its configuration lies beside, and `files` holds that one's checksum.
public struct CheckpointState: Codable, Sendable, Equatable {
  public static let newestFormat = 2

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
  /// SHA-256 of every other file of the checkpoint, in hexadecimal.
  public var files: [String: String] = [:]

  /// - Parameters:
  ///   - run: resolved.
  ///   - pairs: in the training data.
  ///   - merges: SHA-256 of the tokenizer's.
  ///   - data: which data they are.
  public init(step: Int, run: RunFile, pairs: Int, merges: String, data: String? = nil) {
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
    self.data = data
    order = run.data.order.name
    diversity = run.diversityName
    unlockedImageGroups = run.model.learningImageGroups
    unlockedTextGroups = run.model.learningTextGroups
  }

  enum CodingKeys: String, CodingKey {
    case format, step, seed, batch, chunk, lanes, precision, reduction, threads, pairs, merges, data, files, order,
      diversity
    case samplePosition = "sample_position"
    case unlockedImageGroups = "unlocked_image_groups"
    case unlockedTextGroups = "unlocked_text_groups"
  }

  /// What stands in for what a run file leaves open.
  package var settled: SettledValues {
    SettledValues(chunk: chunk, lanes: lanes, precision: Precision(rawValue: precision))
  }

  /// Throws unless a run with these settings continues this one.
  public func require(
    _ run: RunFile, pairs: Int, merges: String, data: String? = nil, path: String
  ) throws(CheckpointError) {
    let mine = CheckpointState(step: step, run: run, pairs: pairs, merges: merges, data: data)
    let settings = [
      ("seed", "\(seed)", "\(mine.seed)"), ("batch.size", "\(batch)", "\(mine.batch)"),
      ("batch.chunk", "\(chunk)", "\(mine.chunk)"), ("parallel.lanes", "\(lanes)", "\(mine.lanes)"),
      ("precision", precision, mine.precision), ("parallel.reduction", reduction, mine.reduction),
      ("parallel.threads", "\(threads)", "\(mine.threads)"),
      ("number of training pairs", "\(self.pairs)", "\(mine.pairs)"),
      ("the tokenizer's merges' SHA-256", self.merges, mine.merges),
    ]
    // Data of another number differ anyway, and older checkpoints don't say which they are.
    let digests = self.pairs == mine.pairs ? [self.data, mine.data].compactMap { $0 } : []
    let data =
      digests.count == 2 ? [("the training data's digest (names, sizes, keys, captions)", digests[0], digests[1])] : []
    let learning = [
      ("model.unlocked_image_groups", unlockedImageGroups, mine.unlockedImageGroups),
      ("model.unlocked_text_groups", unlockedTextGroups, mine.unlockedTextGroups),
    ].map { ($0.0, $0.1.map(String.init) ?? "all", $0.2.map(String.init) ?? "all") }
    let order = [
      ("data.order", order ?? "full", mine.order ?? "full"),
      ("batch.diversity", diversity ?? "none", mine.diversity ?? "none"),
    ]
    let differences = (settings + data + order + learning).filter { $0.1 != $0.2 }
    guard differences.isEmpty else {
      throw .otherRun(
        path: path, differences: differences.map { .init(key: $0.0, found: $0.1, expected: $0.2) })
    }
  }
}

/// The files of one checkpoint and the checksums that make it whole.
public enum CheckpointFiles {
  static let stateName = "state.json"

  /// Writes `state.json` over the finished files of `directory`.
  public static func seal(_ directory: String, _ state: CheckpointState) throws(CheckpointError) {
    var state = state
    for name in try files(directory) { state.files[name] = try checksum("\(directory)/\(name)") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(state) else { preconditionFailure("seal: \(state) does not encode") }
    do { try writeFile(text, to: "\(directory)/\(stateName)") } catch { throw .file(error) }
  }

  /// Reads `state.json` without looking at the files it lists.
  public static func state(_ directory: String) throws(CheckpointError) -> CheckpointState {
    let path = "\(directory)/\(stateName)"
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw .file(.unreadable(path: path, reason: readingReason(path, otherwise: "\(error)")))
    }
    return try decode(data, path)
  }

  /// Reads `state.json` and every file that it lists, and returns it when all are as they were saved.
  public static func verified(_ directory: String) throws(CheckpointError) -> CheckpointState {
    let state = try state(directory)
    for (name, expected) in state.files.sorted(by: { $0.key < $1.key }) {
      let path = "\(directory)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { throw .missingFile(path) }
      let found = try checksum(path)
      guard found == expected else { throw .checksum(path: path, found: found, expected: expected) }
    }
    return state
  }

  private static func decode(_ data: Data, _ path: String) throws(CheckpointError) -> CheckpointState {
    struct Format: Decodable { let format: Int }
    do {
      let format = try JSONDecoder().decode(Format.self, from: data).format
      guard format == CheckpointState.newestFormat else {
        throw CheckpointError.state(
          path: path, reason: "format \(format), this version reads \(CheckpointState.newestFormat)")
      }
      return try JSONDecoder().decode(CheckpointState.self, from: data)
    } catch let error as CheckpointError { throw error } catch {
      throw .state(path: path, reason: words(DecodingProblem(error)))
    }
  }

  /// Those of directories below it among them.
  private static func files(_ directory: String) throws(CheckpointError) -> [String] {
    func isFile(_ name: String) -> Bool {
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(directory)/\(name)", isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }
    do {
      return try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0 != stateName && isFile($0) }
        .sorted()
    } catch {
      throw .file(.unreadable(path: directory, reason: readingReason(directory, otherwise: "\(error)")))
    }
  }

  private static func checksum(_ path: String) throws(CheckpointError) -> String {
    do { return try sha256(file: path) } catch { throw .file(error) }
  }
}

private func words(_ problem: DecodingProblem) -> String {
  switch problem {
  case .missing(let field): "\(field) is missing"
  case .wrong(let field, _): "\(field) has a wrong type"
  case .malformed, .other: "not the JSON that Diagonal writes"
  }
}

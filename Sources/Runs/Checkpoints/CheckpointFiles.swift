import CLIP
import Files
import Foundation
import Pairs

/// The files of one checkpoint and the checksums that make it whole.
///
/// `SHA256SUMS` has every file's, `state.json`'s too (`sha256sum -c SHA256SUMS` checks them), and `state.json` names the
/// files that it must have: damage to either shows.
public enum CheckpointFiles {
  static let stateName = "state.json"
  static let sumsName = "SHA256SUMS"
  static let optimizerName = "training_state.safetensors"
  static let averageName = "ema"

  /// What every checkpoint has; a tokenizer is one of the last.
  private static let required = [ModelDirectory.configurationFile, ModelDirectory.weightsFile, optimizerName]
  private static let tokenizers = TokenizerFiles.written
  /// What its owner may write in, or take away, without harm to the checkpoint.
  private static func isFree(_ name: String) -> Bool { lastComponent(name) == ModelCard.file }

  /// Writes `state.json` and `SHA256SUMS` over the finished files of `directory`.
  public static func seal(_ directory: String, _ state: CheckpointState) throws(CheckpointError) {
    var state = state
    state.files = try files(directory)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(state) else { preconditionFailure("seal: \(state) does not encode") }
    do throws(FileError) {
      try writeFile(text, to: "\(directory)/\(stateName)")
      var sums: [String: String] = [:]
      for name in state.files + [stateName] { sums[name] = try sha256(file: "\(directory)/\(name)") }
      try writeFile(Data(ChecksumList.text(sums).utf8), to: "\(directory)/\(sumsName)")
    } catch { throw .file(error) }
  }

  /// Reads `state.json` without looking at the files it names.
  public static func state(_ directory: String) throws(CheckpointError) -> CheckpointState {
    try stored(directory).state
  }

  /// Reads `state.json` and every file of the checkpoint, and returns it when all are as they were saved, under the name
  /// of its step.
  public static func verified(_ directory: String) throws(CheckpointError) -> CheckpointState {
    let (state, sums) = try stored(directory)
    let path = "\(directory)/\(stateName)"
    if let step = RunDirectory.step(named: lastComponent(directory)), step != state.step {
      throw .state(path: path, reason: "it is of step \(state.step), and its directory's name isn't")
    }
    guard state.isPossible else { throw .state(path: path, reason: "its numbers don't go together") }
    for name in missing(from: state.files) { throw .unlisted(path: "\(directory)/\(name)", by: path) }
    let expected = if let sums { sums } else { try ChecksumList.read("\(directory)/\(sumsName)") }
    for name in (state.files + (sums == nil ? [stateName] : [])).sorted() where !isFree(name) {
      let path = "\(directory)/\(name)"
      guard let expected = expected[name] else { throw .unlisted(path: path, by: sumsName) }
      guard FileManager.default.fileExists(atPath: path) else { throw .missingFile(path) }
      let found: String
      do { found = try sha256(file: path) } catch { throw .file(error) }
      guard found == expected else { throw .checksum(path: path, found: found, expected: expected) }
    }
    return state
  }

  /// The first file that a checkpoint must have and these aren't.
  private static func missing(from files: [String]) -> [String] {
    let lacking = required.filter { !files.contains($0) }
    let average = files.contains { $0.hasPrefix("\(averageName)/") }
    let averages = average ? ["\(averageName)/\(ModelDirectory.weightsFile)"].filter { !files.contains($0) } : []
    return lacking + (tokenizers.contains(where: files.contains) ? [] : [tokenizers[0]]) + averages
  }

  /// What `state.json` says; of format 2 with the checksums that it held itself, without its own.
  private static func stored(
    _ directory: String
  ) throws(CheckpointError) -> (state: CheckpointState, sums: [String: String]?) {
    let path = "\(directory)/\(stateName)"
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw .file(.unreadable(path: path, reason: readingReason(path, otherwise: "\(error)")))
    }
    struct Format: Decodable { let format: Int }
    struct Sums: Decodable { let files: [String: String] }
    do {
      let format = try JSONDecoder().decode(Format.self, from: data).format
      guard (2...CheckpointState.newestFormat).contains(format) else {
        throw CheckpointError.state(
          path: path, reason: "format \(format), this version reads 2 to \(CheckpointState.newestFormat)")
      }
      let sums = format == 2 ? try JSONDecoder().decode(Sums.self, from: data).files : nil
      return (try JSONDecoder().decode(CheckpointState.self, from: data), sums)
    } catch let error as CheckpointError { throw error } catch {
      throw .state(path: path, reason: words(DecodingProblem(error)))
    }
  }

  /// Names of a directory's files, those of directories below it among them, but for what seals it.
  private static func files(_ directory: String) throws(CheckpointError) -> [String] {
    do {
      return try FileManager.default.subpathsOfDirectory(atPath: directory).filter { name in
        ![stateName, sumsName].contains(name) && !isOwnDirectory("\(directory)/\(name)")
      }.sorted()
    } catch {
      throw .file(.unreadable(path: directory, reason: readingReason(directory, otherwise: "\(error)")))
    }
  }
}

extension CheckpointFiles {
  /// Whether a directory is a checkpoint that this program saved as that of a step, whole or not.
  static func isOwn(_ directory: String, step: Int) -> Bool {
    isOwnDirectory(directory) && (try? state(directory).step) == step
  }

  /// Whether there is anything beside what the program saved.
  static func hasForeign(_ directory: String) -> Bool {
    guard let listed = try? state(directory).files, let found = try? files(directory) else { return true }
    return !Set(found).isSubset(of: listed)
  }

  /// Removes what the program saved; the directory too, if nothing else is in it. Its state goes last, by which it is
  /// known.
  static func remove(_ directory: String) {
    guard let state = try? state(directory) else { return }
    let names = state.files.filter { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }
    for name in [sumsName] + names { unlink("\(directory)/\(name)") }
    for parent in Set(names.map(parentDirectory)) where parent != "." { rmdir("\(directory)/\(parent)") }
    unlink("\(directory)/\(stateName)")
    rmdir(directory)
  }
}

private func words(_ problem: DecodingProblem) -> String {
  switch problem {
  case .missing(let field): "\(field) is missing"
  case .wrong(let field, _): "\(field) has a wrong type"
  case .malformed, .other: "not the JSON that Diagonal writes"
  }
}

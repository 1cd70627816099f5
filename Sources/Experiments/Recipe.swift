import Files
import Foundation
import Settings

/// An experiment as its directory has it: `experiment.yaml`, and the sweeps that this names.
///
/// Paths in it are relative to the current directory, as in all of `launch`. What it calls `data/…` may lie elsewhere.
public struct Recipe: Sendable {
  public let name: String
  public let directory: String
  public let file: ExperimentFile
  /// Where the recipe's `data/` lies.
  public let data: String

  /// - Parameter recipes: the directory that holds a directory for each.
  public init(_ name: String, in recipes: String, data: String) throws {
    let path = "\(recipes)/\(name)/experiment.yaml"
    guard !data.contains(where: { ",#:[]{}&*!|>'\"%@`".contains($0) || $0.isNewline }) else {
      throw ExperimentError.place(data)
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw ExperimentError.noRecipe(name, known: Self.names(in: recipes))
    }
    (self.name, directory, self.data) = (name, "\(recipes)/\(name)", data)
    file = try ExperimentFile(yaml: moved(try Self.text(path), from: "data", to: data), path: path)
  }

  public static func names(in recipes: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: recipes)) ?? []).filter {
      FileManager.default.fileExists(atPath: "\(recipes)/\($0)/experiment.yaml")
    }.sorted()
  }

  /// The file of its rows, where it has one.
  public var results: [String] {
    let path = "\(directory)/results.jsonl"
    return FileManager.default.fileExists(atPath: path) ? [path] : []
  }

  /// What has to be there at a scale.
  public func needs(_ scale: ExperimentFile.Scale) -> [ExperimentFile.Need] { scale.needs ?? file.needs }

  /// A part's sweep at a scale.
  ///
  /// - Parameters:
  ///   - bases: the directory for its run file, where `data/` lies elsewhere than it says.
  func sweep(
    _ part: ExperimentFile.Part, _ scale: ExperimentFile.Scale, shuffled: Bool, bases: String
  ) throws -> SweepFile {
    var file = try SweepFile(yaml: moved(try Self.text(part.sweep), from: "data", to: data), path: part.sweep)
    if data != "data" {
      let text = moved(try Self.text(file.base), from: "data", to: data)
      file.base = "\(bases)/\(part.name).yaml"
      try makeDirectories(bases)
      try AtomicFile.write(Data(text.utf8), to: file.base)
    }
    var scale = scale
    // Settings aren't found on seeds that others are measured on.
    if part.tunes != nil { scale.seeds = nil }
    return file.scaled(scale, and: shuffled ? [.init(key: "data.shuffle_captions", value: "true")] : [])
  }

  private static func text(_ path: String) throws -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw RunFileError.unreadable(
        path: path, asWhat: "a part of an experiment", reason: readingReason(path, otherwise: "not UTF-8 text"))
    }
  }
}

/// Text whose paths that begin with one directory begin with another.
func moved(_ text: String, from directory: String, to other: String) -> String {
  let parts = text.components(separatedBy: "\(directory)/")
  return parts.dropFirst().reduce(parts[0]) { done, part in
    let isWithin = done.last.map { $0.isLetter || $0.isNumber || "/._-".contains($0) } ?? false
    return done + (isWithin ? "\(directory)/" : "\(other)/") + part
  }
}

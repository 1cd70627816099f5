import ArgumentParser
import Files
import Foundation
import Runs
import Settings

struct CheckpointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoints",
    abstract: "Lists a run's checkpoints, verifies them, and removes old ones.",
    discussion: """
      Each is whole by its SHA256SUMS, which sha256sum -c checks too. --prune keeps the newest --keep, those of every \
      --keep-every steps, by default as the run's run.yaml says, and the best by its checkpoint.best; what the program \
      didn't write is never removed.

      Examples:
        diagonal checkpoints runs/emoji --verify
        diagonal checkpoints runs/emoji --prune --keep 1 --keep-every 1000
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Flag(help: "Reads every file and says which checkpoints are whole; exit code 1 if one isn't.")
  var verify = false

  @Flag(help: "Removes those that aren't to be kept.")
  var prune = false

  @Option(help: ArgumentHelp("With --prune: keep the newest so many.", valueName: "n"))
  var keep: Int?

  @Option(help: ArgumentHelp("With --prune: keep those of every so many steps besides.", valueName: "n"))
  var keepEvery: Int?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    for (name, value) in [("keep", keep), ("keep-every", keepEvery)] {
      guard let value else { continue }
      if value < 1 { throw ValidationError("--\(name) is \(value), expected at least 1") }
      if !prune { throw ValidationError("--\(name) is about what --prune keeps; add it") }
    }
  }

  func run() throws {
    let directory = RunDirectory(self.directory)
    guard FileManager.default.fileExists(atPath: directory.checkpoints) else {
      throw CheckpointError.noCheckpoint(path: directory.path)
    }
    let removed = prune ? try pruned(directory) : []
    let best = directory.best
    let found = directory.steps().map {
      Found(directory, $0, verifies: verify, best: $0 == best?.step ? best?.words : nil)
    }
    if json {
      try printJSON(Answer(run: directory.path, checkpoints: found, removed: removed))
    } else {
      for checkpoint in found { checkpoint.show() }
      if prune { print(removed.isEmpty ? "nothing removed" : "removed steps \(removed)") }
    }
    if found.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
  }

  private func pruned(_ directory: RunDirectory) throws -> [Int] {
    let lock = try RunLock(directory)
    let told = try? RunFile(reading: directory.runFile).checkpoint
    let rule = KeepRule(
      newest: keep ?? told?.keep, every: keepEvery ?? told?.keepEvery,
      besides: Set([directory.best?.step].compactMap { $0 }))
    return withExtendedLifetime(lock) { directory.prune(rule) }
  }

  private struct Answer: Encodable {
    let run: String
    let checkpoints: [Found]
    let removed: [Int]
  }

  /// A checkpoint, and what is wrong with it as far as was looked.
  private struct Found: Encodable {
    let step: Int
    let path: String
    let bytes: Int
    let verified: Bool
    let problem: String?
    /// What the best one is best by, and how good.
    let best: String?

    init(_ directory: RunDirectory, _ step: Int, verifies: Bool, best: String?) {
      (self.step, self.best) = (step, best)
      path = directory.checkpoint(step)
      bytes = Self.bytes(path)
      verified = verifies
      do throws(CheckpointError) {
        _ = verifies ? try CheckpointFiles.verified(path) : try CheckpointFiles.state(path)
        problem = nil
      } catch { problem = "\(error)" }
    }

    private static func bytes(_ path: String) -> Int {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return names.reduce(0) { sum, name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return sum + ((attributes?[.size] as? Int) ?? 0)
      }
    }

    func show() {
      let size = String(format: "%.1f MB", Double(bytes) / 1e6)
      print(
        "\(path)  \(size)  \(problem ?? (verified ? "whole" : "not verified"))" + (best.map { "  best: \($0)" } ?? ""))
    }
  }
}

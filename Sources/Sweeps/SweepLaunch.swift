import Foundation

/// Where a sweep's cells lie, and how they are run.
public struct SweepLaunch: Sendable {
  public let directory: String
  /// Cells at a time.
  public let jobs: Int
  /// The command, and mpirun before it where a cell has several workers.
  public let command: [String]

  /// - Parameters:
  ///   - executable: the path of `diagonal`.
  ///   - workers: of each cell.
  public init(directory: String, jobs: Int, workers: Int, executable: String) throws(SweepError) {
    (self.directory, self.jobs) = (directory, jobs)
    if workers == 1 {
      command = [executable]
    } else if let mpirun = Self.found("mpirun") {
      // Several jobs would be bound to the same cores.
      command = [mpirun, "-np", String(workers), "--bind-to", "none", "--oversubscribe", executable]
    } else {
      throw .noMPI
    }
  }

  private static func found(_ program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(program)" }.first(where: FileManager.default.isExecutableFile)
  }
}

public enum SweepError: Error, CustomStringConvertible, Equatable {
  case noMPI
  case noPace(String)
  case noLog(String)
  case sameName(String)
  case otherSweep(String)
  case otherBase(String, kept: String)

  public var description: String {
    switch self {
    case .noMPI: "--workers needs mpirun, which isn't in PATH: apt-get install openmpi-bin, or leave out --workers"
    case .noPace(let cell): "\(cell): its timed steps left no row in metrics.jsonl"
    case .noLog(let path): "\(path) can't be written"
    case .sameName(let name): "two cells would be called \(name): give what is varied as arms, by names of your own"
    case .otherSweep(let path):
      "\(path) holds another sweep than this file's: give another --out, or the file that it was begun with"
    case .otherBase(let path, let kept):
      "\(path) says something else than when the sweep began (\(kept)): give another --out, or put it back"
    }
  }
}

import Foundation
import Threading

/// Ends a process that waits in vain for the others while MPI starts: before there are heartbeats nobody else would.
///
/// Each worker leaves a file named by its rank in the folder that the launcher made for the job on its host, so those of
/// one host know who of them is there. (Over hosts, each tells of its own.)
public final class StartWatch {
  private let isOver = Monitor(false)

  /// Starts to watch; to be called before MPI starts. Nil where no launcher started this process, or where nothing is to
  /// be missed.
  public init?(timeoutSeconds: Int?) {
    guard let timeoutSeconds, let rank = MPICommunicator.launchedRank else { return nil }
    let roll = RollCall(rank: rank)
    startThread("start watch") { [isOver] in
      if isOver.wait(atMostSeconds: Double(timeoutSeconds), until: { $0 }) { return }
      lastWords("diagonal: worker \(rank) has waited \(timeoutSeconds) s for the others to start: \(roll.words)")
      // Not by way of MPI, which is what hangs. The launcher ends the others.
      _exit(1)
    }
  }

  /// Everybody is there.
  public func end() {
    isOver.withLock { $0 = true }
    isOver.wakeAll()
  }
}

/// Who of the workers of this host has started.
private struct RollCall: Sendable {
  private let folder: String?
  private let size: Int?
  private let here: Int?

  init(rank: Int) {
    let environment = ProcessInfo.processInfo.environment
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    // Open MPI's, which goes with the job.
    folder = environment["PMIX_SERVER_TMPDIR"].map { $0 + "/diagonal" }
    (size, here) = (number("OMPI_COMM_WORLD_SIZE"), number("OMPI_COMM_WORLD_LOCAL_SIZE"))
    guard let folder else { return }
    mkdir(folder, 0o700)
    close(open("\(folder)/\(rank)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
  }

  var words: String {
    let hint =
      "where hosts have several networks, name the one between them (launch/hosts --network); "
      + "parallel.timeout_seconds is how long to wait"
    guard let folder, let size, let here,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return hint }
    let ranks = names.compactMap { Int($0) }.sorted()
    if ranks.count == here { return "all \(here) of this host are there; \(hint)" }
    let missing = (0..<size).filter { !ranks.contains($0) }.map(String.init).joined(separator: ", ")
    if size == here { return "worker \(missing) isn't there; did its process end, or read another command line?" }
    return "of this host \(here - ranks.count) of \(here) aren't there; those that are: \(ranks)"
  }
}

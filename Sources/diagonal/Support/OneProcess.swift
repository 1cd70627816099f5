import ArgumentParser
import Collectives

/// Throws, as wrong usage, where a launcher started several processes, each of which would do the same.
func requireOneProcess(_ command: String) throws {
  guard MPICommunicator.isLaunched else { return }
  let size = try MPICommunicator.world().size
  try MPICommunicator.finalize()
  guard size == 1 else {
    throw ValidationError(
      "diagonal \(command) doesn't share its work, and mpirun started \(size) processes; start one, with --threads \(size)"
    )
  }
}

import ArgumentParser
import Collectives
import Foundation

/// Runs `body` as one of mpirun's workers, or alone; one that throws, or falls silent, brings the others down.
///
/// - Parameter timeoutSeconds: how long a worker may be silent; nil: for ever.
func overMPI(timeoutSeconds: Int? = 20, _ body: (MPICommunicator) throws -> Void) throws {
  let watch = StartWatch(timeoutSeconds: timeoutSeconds)
  let workers = try MPICommunicator.world()
  let heartbeat = try Heartbeat(workers, timeoutSeconds: timeoutSeconds)
  // Each has heard from each.
  try workers.barrier()
  watch?.end()
  do {
    try body(workers)
  } catch let error as ValidationError {
    // All workers have the same command line, hence the same error: nobody waits for anybody.
    heartbeat?.stop()
    try MPICommunicator.finalize()
    throw error
  } catch {
    // The others would wait for this worker for ever.
    if workers.size > 1 { workers.abort("\(error)", exitCode: ExitCode(of: error).rawValue) }
    throw error
  }
  heartbeat?.stop()
  try MPICommunicator.finalize()
}

/// What `make` gives on every worker. Where it fails, the first such worker's error ends all: most errors are the
/// same everywhere, and read better once than from each worker.
func agreed<Made>(_ workers: any Communicator, _ make: () throws -> Made) throws -> Made {
  let made = Result(catching: make)
  let failed: Float = if case .failure = made { 1 } else { 0 }
  // Waits for that worker's abort.
  if let first = try workers.gathered([failed]).firstIndex(of: 1), first != workers.rank { try workers.barrier() }
  return try made.get()
}

/// Throws where a launcher started several processes, each of which would do the same.
func requireAlone(_ option: String) throws {
  guard MPICommunicator.isLaunched else { return }
  let size = try MPICommunicator.world().size
  try MPICommunicator.finalize()
  guard size == 1 else {
    throw ValidationError(
      "\(option) runs all workers in one process, and mpirun started \(size); leave out one of them")
  }
}

/// A command that knows what to do where a launcher started several processes of it.
protocol KnowsWorkers {}

extension TrainCommand: KnowsWorkers {}
extension SweepCommand: KnowsWorkers {}
extension EvaluatorCommand: KnowsWorkers {}
extension EmbedCommand: KnowsWorkers {}
extension CheckCommand: KnowsWorkers {}
extension BenchStepCommand: KnowsWorkers {}
extension BenchLossCommand: KnowsWorkers {}
extension BenchMachineCommand: KnowsWorkers {}

/// Throws where a launcher started several processes of a command, each of which would do all of it.
func requireOneProcess(_ command: any ParsableCommand) throws {
  guard !(command is any KnowsWorkers), let size = MPICommunicator.launchedSize, size > 1 else { return }
  let name = type(of: command).configuration.commandName ?? "this command"
  throw ValidationError("\(name) is the work of one process, and \(size) were started together: start it by itself")
}

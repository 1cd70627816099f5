import ArgumentParser
import CAllocation
import Engine
import Files
import Foundation

/// Lets a process that gets no memory end with a sentence and exit code 1. There are three ways: the system has none for a
/// tensor, or for anything else, and pages of a file's, which a mapping promised, aren't there (SIGBUS).
func endWhereMemoryEnds() {
  ca_end_without_memory(
    UnsafeRawPointer(advice.utf8Start).assumingMemoryBound(to: CChar.self))
  OutOfMemory.end { bytes in
    writeStandardError(
      "Error: there is no memory for \(bytes) bytes of numbers: take a smaller batch.chunk or more workers "
        + "(diagonal plan tells what each needs), or raise the limit (ulimit -v)\n")
    // Not by way of handlers, which would wait for other threads.
    _exit(1)
  }
  guard getenv("SWIFT_BACKTRACE") == nil else { return }
  signal(SIGBUS) { _ in
    _ = write(STDERR_FILENO, lostPages.utf8Start, lostPages.utf8CodeUnitCount)
    _exit(1)
  }
}

/// Lets a process that gets no memory advise what its command has; until then, and where a run is trained or planned, it is what a run
/// has.
func adviseLessMemory(_ command: any ParsableCommand) {
  let kind = type(of: command)
  let trains: [any ParsableCommand.Type] = [
    TrainCommand.self, SweepCommand.self, ExperimentCommand.self, PlanCommand.self, BenchStepCommand.self,
  ]
  if trains.contains(where: { $0 == kind }) { return }
  // What --help tells of is what there is.
  let words = kind.helpMessage().contains("--batch <") ? ", or take a smaller --batch" : ""
  ca_end_without_memory(strdup(words))
  OutOfMemory.end { bytes in
    writeStandardError("Error: there is no memory for \(bytes) bytes of numbers: raise the limit (ulimit -v)\(words)\n")
    _exit(1)
  }
}

private let advice: StaticString = """
  , start fewer workers on this host, or take a smaller batch.chunk, data.loader_threads or model (diagonal plan tells what a run \
  needs)
  """

/// A handler may make nothing.
private let lostPages: StaticString = """
  Error: memory that lies in a file is gone (SIGBUS): /dev/shm or TMPDIR, where the workers of a host meet, is full (df -h \
  /dev/shm; containers: --shm-size), or a file of embeddings or a .pt was cut while it was read

  """

/// What can go wrong between workers.
public enum CommunicationError: Error, Equatable, CustomStringConvertible {
  /// Worker `by` called `abort`, or threw.
  case aborted(by: Int, reason: String)

  /// Worker `rank` returned though this one still waited for it.
  case left(rank: Int, call: String)

  /// Worker `rank` stopped beating: see `Heartbeat`.
  case silent(rank: Int, host: String, seconds: Int)

  /// An MPI call returned an error.
  case failed(call: String, reason: String)

  /// One of several processes that their launcher started together finds no other.
  case alone(of: Int)

  /// This MPI does not run in a process of several threads.
  case threadsRefused(granted: Int, needed: Int)

  public var description: String {
    switch self {
    case .aborted(let rank, let reason):
      "worker \(rank) aborted: \(reason)"
    case .left(let rank, let call):
      "worker \(rank) returned while another waited for it in \(call); every worker must make the same calls"
    case .silent(let rank, let host, let seconds):
      "worker \(rank) on \(host) has been silent for \(seconds) s: it was stopped, or its machine is down or cut off"
    case .failed(let call, let reason):
      "\(call) failed: \(reason)"
    case .alone(let size):
      "\(size) processes were started together, and don't find each other: start them by Open MPI's own mpirun, "
        + "or by srun --mpi=pmix"
    case .threadsRefused(let granted, let needed):
      "MPI_Init_thread granted thread level \(granted), \(needed) (MPI_THREAD_FUNNELED) is needed; "
        + "use an Open MPI built with threads, as Debian's is"
    }
  }
}

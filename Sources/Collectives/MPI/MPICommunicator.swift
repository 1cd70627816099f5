import COpenMPI
import Foundation

/// Workers that are processes, started by `mpirun` or `srun`; or one process alone, started by hand.
public final class MPICommunicator: Communicator {
  public let rank: Int
  public let size: Int
  public let takesThreads: Bool
  public var traffic = Traffic()
  let handle: MPI_Comm
  private let largestCount: Int

  /// - Parameter largestCount: elements that one MPI call may be about. MPI counts with 32 bits, and Open MPI's
  ///   algorithms multiply counts by ranks; what is longer goes by several calls.
  private init(_ handle: MPI_Comm, largestCount: Int) throws(CommunicationError) {
    var (rank, size, threads): (CInt, CInt, CInt) = (0, 0, 0)
    try check("MPI_Comm_rank", MPI_Comm_rank(handle, &rank))
    try check("MPI_Comm_size", MPI_Comm_size(handle, &size))
    try check("MPI_Query_thread", MPI_Query_thread(&threads))
    try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(handle, cmpi_errors_return()))
    self.handle = handle
    self.rank = Int(rank)
    self.size = Int(size)
    takesThreads = threads >= MPI_THREAD_MULTIPLE
    self.largestCount = largestCount
  }

  /// Whether a launcher (Open MPI's `mpirun`, or Slurm's `srun` with PMIx or PMI-2) started this process; or another as one
  /// of several, which won't find each other: `world()` says so.
  public static var isLaunched: Bool {
    ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"].contains { ProcessInfo.processInfo.environment[$0] != nil }
      || launchedSize ?? 1 > 1
  }

  /// This process's number as its launcher says, before MPI has started; nil where none started it.
  public static var launchedRank: Int? {
    ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"].lazy
      .compactMap { ProcessInfo.processInfo.environment[$0].flatMap { Int($0) } }.first
  }

  /// How many processes the launcher says that it started together; nil where it says nothing.
  public static var launchedSize: Int? {
    // Slurm's own batch script is no step, and one process.
    ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"].lazy
      .compactMap { ProcessInfo.processInfo.environment[$0].flatMap { Int($0) } }.first
  }

  /// The communicator of all processes. The first call starts MPI; `finalize()` ends it.
  ///
  /// - Throws: `CommunicationError.threadsRefused` where this MPI allows no process of several threads, `.alone` where
  ///   each of several processes would be a run of its own.
  public static func world() throws(CommunicationError) -> MPICommunicator {
    var initialized: CInt = 0
    try check("MPI_Initialized", MPI_Initialized(&initialized))
    if initialized == 0 { try start() }
    let world = try MPICommunicator(cmpi_world(), largestCount: 1 << 30)
    if world.size == 1, let size = launchedSize, size > 1 { throw .alone(of: size) }
    return world
  }

  private static func start() throws(CommunicationError) {
    // A wait in MPI spins. Yielding leaves the core to another worker, or to this worker's other thread, if there is
    // one.
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0)
    // A process alone would else start a daemon for what it might spawn: most of the time that its start takes.
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0)
    if !isLaunched {
      // Alone it needs no port, nor a folder in TMPDIR, which all that are alone would share and remove from each other.
      setenv("OMPI_MCA_btl", "self", 0)
      setenv("OMPI_MCA_orte_create_session_dirs", "0", 0)
    }
    avoidForbiddenCopies()
    let handlers = SavedHandlers([SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGSEGV])
    defer { handlers.restore() }
    var granted: CInt = 0
    try check("MPI_Init_thread", MPI_Init_thread(nil, nil, CInt(MPI_THREAD_MULTIPLE), &granted))
    // With less than MULTIPLE nothing overlaps; the thread that called this makes all calls.
    let needed = CInt(MPI_THREAD_FUNNELED)
    guard granted >= needed else { throw .threadsRefused(granted: Int(granted), needed: Int(needed)) }
  }

  /// Ends MPI, at the end of the program. Called by all workers; afterwards no communicator can be used.
  public static func finalize() throws(CommunicationError) {
    try check("MPI_Finalize", MPI_Finalize())
  }

  public func allGather(
    _ mine: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(all.count == size * mine.count, "allGather: \(all.count) is not \(size) × \(mine.count)")
    try counting(.allGather, all.count) { () throws(CommunicationError) in
      if all.count <= largestCount {
        let count = CInt(mine.count)
        try check(
          "MPI_Allgather",
          MPI_Allgather(mine.baseAddress, count, cmpi_float(), all.baseAddress, count, cmpi_float(), handle))
      } else {
        all.part(rank * mine.count..<(rank + 1) * mine.count).copy(mine)
        for root in 0..<size { try send(all.part(root * mine.count..<(root + 1) * mine.count), from: root) }
      }
    }
  }

  public func reduceScatter(
    _ all: UnsafeBufferPointer<Float>, into mine: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(all.count == size * mine.count, "reduceScatter: \(all.count) is not \(size) × \(mine.count)")
    try counting(.reduceScatter, all.count) { () throws(CommunicationError) in
      if all.count <= largestCount {
        try check(
          "MPI_Reduce_scatter_block",
          MPI_Reduce_scatter_block(
            all.baseAddress, mine.baseAddress, CInt(mine.count), cmpi_float(), cmpi_sum(), handle))
      } else {
        for root in 0..<size { try sum(all.part(root * mine.count..<(root + 1) * mine.count), into: mine, at: root) }
      }
    }
  }

  public func allReduce(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError) {
    try counting(.allReduce, values.count) { () throws(CommunicationError) in
      for segment in segments(of: values.count, length: largestCount) {
        let part = values.part(segment)
        try check(
          "MPI_Allreduce",
          MPI_Allreduce(
            cmpi_in_place(), part.baseAddress, CInt(part.count), cmpi_float(), cmpi_sum(), handle))
      }
    }
  }

  public func exchange(
    _ mine: UnsafeBufferPointer<Float>, with partner: Int, into theirs: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(
      partner != rank && partner >= 0 && partner < size, "exchange: worker \(rank) of \(size) with \(partner)")
    try counting(.exchange, theirs.count) { () throws(CommunicationError) in
      // Both sides split the longer of the two, so both make the same number of calls.
      for segment in segments(of: max(mine.count, theirs.count), length: largestCount) {
        try exchangePart(
          mine.part(segment.clamped(to: 0..<mine.count)), with: partner,
          into: theirs.part(segment.clamped(to: 0..<theirs.count)))
      }
    }
  }

  public func broadcast(_ values: UnsafeMutableBufferPointer<Float>, from root: Int) throws(CommunicationError) {
    precondition(root >= 0 && root < size, "broadcast: from worker \(root) of \(size)")
    try counting(.broadcast, values.count) { () throws(CommunicationError) in
      try send(values, from: root)
    }
  }

  public func barrier() throws(CommunicationError) {
    try check("MPI_Barrier", MPI_Barrier(handle))
  }

  /// Another communicator over the same processes. It lives until `finalize()`: to free it would be a call of all
  /// workers, which a `deinit` can't promise.
  public func duplicate() throws(CommunicationError) -> any Communicator {
    try duplicate(largestCount: largestCount)
  }

  /// For checks: splits what is longer than `largestCount`.
  package func duplicate(largestCount: Int) throws(CommunicationError) -> MPICommunicator {
    var copy: MPI_Comm?
    try check("MPI_Comm_dup", MPI_Comm_dup(handle, &copy))
    return try MPICommunicator(copy!, largestCount: largestCount)
  }

  public func abort(_ reason: String) { Self.abort(by: rank, reason) }

  /// Brings all processes down, and the launcher to end with this code.
  public func abort(_ reason: String, exitCode: Int32) { Self.abort(by: rank, reason, exitCode: exitCode) }

  /// Brings all processes down, from any thread.
  static func abort(by rank: Int, _ reason: String, exitCode: Int32 = 1) {
    lastWords("diagonal: worker \(rank) aborts: \(reason)")
    MPI_Abort(cmpi_world(), exitCode)
  }

  private func send(_ values: MutableFloats, from root: Int) throws(CommunicationError) {
    for segment in segments(of: values.count, length: largestCount) {
      let part = values.part(segment)
      try check("MPI_Bcast", MPI_Bcast(part.baseAddress, CInt(part.count), cmpi_float(), CInt(root), handle))
    }
  }

  private func sum(_ values: Floats, into sum: MutableFloats, at root: Int) throws(CommunicationError) {
    for segment in segments(of: values.count, length: largestCount) {
      try check(
        "MPI_Reduce",
        MPI_Reduce(
          values.part(segment).baseAddress, sum.part(segment).baseAddress, CInt(segment.count), cmpi_float(),
          cmpi_sum(), CInt(root), handle))
    }
  }

  private func exchangePart(
    _ mine: Floats, with partner: Int, into theirs: MutableFloats
  ) throws(CommunicationError) {
    var status = MPI_Status()
    var received: CInt = 0
    try check(
      "MPI_Sendrecv",
      MPI_Sendrecv(
        mine.baseAddress, CInt(mine.count), cmpi_float(), CInt(partner), 0,
        theirs.baseAddress, CInt(theirs.count), cmpi_float(), CInt(partner), 0, handle, &status))
    try check("MPI_Get_count", MPI_Get_count(&status, cmpi_float(), &received))
    precondition(
      Int(received) == theirs.count,
      "exchange: worker \(partner) sends \(received) elements, worker \(rank) expects \(theirs.count)")
  }
}

/// The one place that looks at what an MPI call returned.
func check(_ call: String, _ code: CInt) throws(CommunicationError) {
  guard code != MPI_SUCCESS else { return }
  var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING))
  var length: CInt = 0
  MPI_Error_string(code, &text, &length)
  throw .failed(
    call: call, reason: String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
}

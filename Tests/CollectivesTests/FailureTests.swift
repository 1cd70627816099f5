import Collectives
import Foundation
import Testing
import Threading

struct Spoiled: Error, Equatable {}

/// What the other workers do while worker 1 fails.
enum Waiting: CaseIterable {
  case gather, exchange, barrier, tree, duplicate, late

  func run(_ workers: any Communicator) throws {
    var values = [Float](repeating: 1, count: 4)
    try values.withUnsafeMutableBufferPointer { values throws in
      switch self {
      case .gather:
        var all = [Float](repeating: 0, count: 4 * workers.size)
        try all.withUnsafeMutableBufferPointer { try workers.allGather(UnsafeBufferPointer(values), into: $0) }
      case .exchange:
        var theirs = [Float](repeating: 0, count: 4)
        try theirs.withUnsafeMutableBufferPointer {
          try workers.exchange(UnsafeBufferPointer(values), with: 1, into: $0)
        }
      case .barrier: try workers.barrier()
      case .tree: try workers.treeReduce(values)
      case .duplicate: try workers.duplicate().allReduce(values)
      case .late:
        Thread.sleep(forTimeInterval: 0.05)
        try workers.barrier()
      }
    }
  }
}

struct FailureTests {
  @Test(arguments: Waiting.allCases)
  func `one worker throws, all return, and its error is thrown`(_ waiting: Waiting) {
    let aborted = Monitor(0)
    #expect(throws: Spoiled()) {
      try simulateBriefly(workers: 4) { workers in
        if workers.rank == 1 { throw Spoiled() }
        do { try waiting.run(workers) } catch let error as CommunicationError {
          if error == .aborted(by: 1, reason: "Spoiled()") { aborted.withLock { $0 += 1 } }
          throw error
        }
      }
    }
    #expect(aborted.withLock { $0 } == 3)
  }

  /// The others' threads wait for worker 1 in the background, within a call and ahead of one.
  @Test(arguments: [0, 3]) func `one worker throws, and all that others do in the background ends`(_ calls: Int) {
    #expect(throws: Spoiled()) {
      try simulateBriefly(workers: 4) { workers in
        let background = try CollectiveQueue(workers)
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8)
        defer { values.deallocate() }
        values.initialize(repeating: 1)
        for call in 0..<8 {
          if workers.rank == 1, call == calls {
            background.abandon("spoiled")
            throw Spoiled()
          }
          try background.post { try $0.treeReduce(UnsafeMutableBufferPointer(rebasing: values[call..<call + 1])) }
        }
        do { try background.finish() } catch {
          background.abandon("\(error)")
          throw error
        }
      }
    }
  }

  @Test(arguments: [false, true]) func `what a call in the background throws is thrown to who waits`(_ forOne: Bool) {
    #expect(throws: Spoiled()) {
      try simulateBriefly(workers: 2) { workers in
        let background = try CollectiveQueue(workers)
        try background.post { _ in throw Spoiled() }
        if forOne { _ = try background.wait(for: 1) } else { try background.finish() }
      }
    }
  }

  @Test func `an abort is thrown where no worker threw first`() {
    #expect(throws: CommunicationError.aborted(by: 2, reason: "disk full")) {
      try simulateBriefly(workers: 3) { workers in
        if workers.rank == 2 { return workers.abort("disk full") }
        try workers.barrier()
      }
    }
  }

  @Test func `calls after an abort throw`() {
    #expect(throws: CommunicationError.aborted(by: 0, reason: "first")) {
      try simulateBriefly(workers: 1) { workers in
        workers.abort("first")
        workers.abort("second")
        try workers.barrier()
      }
    }
  }

  @Test func `a worker that returns early is named to those who wait for it`() {
    #expect(throws: CommunicationError.left(rank: 1, call: "barrier")) {
      try simulateBriefly(workers: 3) { workers in
        if workers.rank != 1 { try workers.barrier() }
      }
    }
  }

  @Test func `workers that fail amid calls leave no buffer in use`() {
    // Freed buffers that another worker still reads show under the address and thread sanitizers.
    for round in 0..<50 {
      #expect(throws: Spoiled()) {
        try simulateBriefly(workers: 3) { workers in
          for call in 0... {
            if workers.rank == round % 3 && call == round { throw Spoiled() }
            var values = [Float](repeating: Float(call), count: 1000)
            try values.withUnsafeMutableBufferPointer { try workers.allReduce($0) }
          }
        }
      }
    }
  }

  @Test func `errors read as one line`() {
    let errors: [CommunicationError] = [
      .aborted(by: 3, reason: "disk full"), .left(rank: 0, call: "barrier"),
      .failed(call: "MPI_Allgather", reason: "MPI_ERR_COUNT: invalid count argument"),
      .threadsRefused(granted: 1, needed: 3), .silent(rank: 2, host: "node2", seconds: 20),
    ]
    for error in errors { #expect(!error.description.contains("\n")) }
    #expect(errors[0].description == "worker 3 aborted: disk full")
  }
}

/// `simulate`, but a worker that still waits after 60 seconds fails the test instead of hanging it.
func simulateBriefly(workers: Int, _ body: @escaping @Sendable (any Communicator) throws -> Void) throws {
  let outcome = Monitor<Result<Void, any Error>?>(nil)
  Thread {
    let found = Result { try simulate(workers: workers, body) }
    outcome.withLock { $0 = found }
    outcome.wakeAll()
  }.start()
  guard outcome.wait(atMostSeconds: 60, until: { $0 != nil }) else {
    throw CheckFailure("workers still wait after 60 seconds")
  }
  try outcome.withLock { $0 }?.get()
}

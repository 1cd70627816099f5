import CVips
import Foundation

/// Makes items 0, 1, 2, … on background threads, a bounded number ahead, and hands them out in order.
final class Lookahead<Item: Sendable> {
  private let work: LookaheadWork<Item>
  private let threads: Int

  /// - Parameters:
  ///   - threads: with 0, `next()` makes the items itself.
  ///   - ahead: how many items may be begun or ready before they are asked for; at least one a thread.
  ///   - make: called once for each number, from several threads; nil ends the sequence.
  init(threads: Int, ahead: Int, make: @escaping @Sendable (Int) throws -> Item?) {
    precondition(threads >= 0 && ahead >= 0, "lookahead: \(threads) threads, \(ahead) ahead")
    let work = LookaheadWork(window: max(ahead, threads), make: make)
    (self.work, self.threads) = (work, threads)
    for _ in 0..<threads {
      // Threads hold the work and not this object, whose end therefore stops them.
      let thread = Thread { work.run() }
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  deinit { work.stop() }

  /// The next item, or nil after the last. An error comes in its item's place, and then again.
  func next() throws -> Item? { threads == 0 ? try work.makeNext() : try work.takeNext() }

  /// Ends the threads once each has made its present item; nothing more comes.
  func cancel() { work.stop() }
}

/// Unchecked, since all that changes is touched under `condition` alone.
private final class LookaheadWork<Item: Sendable>: @unchecked Sendable {
  private let window: Int
  private let make: @Sendable (Int) throws -> Item?
  private let condition = NSCondition()
  private var begun = 0
  private var delivered = 0
  private var ready: [Int: Result<Item?, any Error>] = [:]
  private var stopped = false

  init(window: Int, make: @escaping @Sendable (Int) throws -> Item?) {
    (self.window, self.make) = (window, make)
  }

  func run() {
    // vips_thread_shutdown crashes where libvips never started, as when there was no item to make.
    startVips()
    while let number = claim() {
      let result = Result { try make(number) }
      condition.withLock {
        ready[number] = result
        condition.broadcast()
      }
    }
    vips_thread_shutdown()
  }

  func stop() {
    condition.withLock {
      stopped = true
      ready = [:]
      condition.broadcast()
    }
  }

  /// The number of the next item to make, once there is room for it; nil when stopped.
  private func claim() -> Int? {
    condition.withLock {
      while !stopped && begun >= delivered + window { condition.wait() }
      if stopped { return nil }
      defer { begun += 1 }
      return begun
    }
  }

  func takeNext() throws -> Item? {
    try condition.withLock {
      while !stopped && ready[delivered] == nil { condition.wait() }
      return try deliver(ready[delivered])
    }
  }

  func makeNext() throws -> Item? {
    let number = condition.withLock { stopped ? nil : delivered }
    guard let number else { return nil }
    let result = Result { try make(number) }
    return try condition.withLock { try deliver(result) }
  }

  /// Nothing and errors stay where they are, so that later calls find them again.
  private func deliver(_ result: Result<Item?, any Error>?) throws -> Item? {
    guard let item = try result?.get() else { return nil }
    ready[delivered] = nil
    delivered += 1
    condition.broadcast()
    return item
  }
}

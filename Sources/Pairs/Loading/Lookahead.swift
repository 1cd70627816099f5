import CVips
import Foundation
import Threading

/// Makes items 0, 1, 2, … on background threads, a bounded number ahead, and hands them out in order.
package final class Lookahead<Item: Sendable> {
  private let work: LookaheadWork<Item>
  private let threads: Int

  /// - Parameters:
  ///   - threads: with 0, `next()` makes the items itself.
  ///   - ahead: how many items may be begun or ready before they are asked for; at least one a thread.
  ///   - make: called once for each number, from several threads; nil ends the sequence.
  package init(threads: Int, ahead: Int, make: @escaping @Sendable (Int) throws -> Item?) {
    precondition(threads >= 0 && ahead >= 0, "lookahead: \(threads) threads, \(ahead) ahead")
    let work = LookaheadWork(window: max(ahead, threads), make: make)
    (self.work, self.threads) = (work, threads)
    for _ in 0..<threads {
      // Threads hold the work and not this object, whose end therefore stops them.
      startThread("lookahead", stackBytes: 4 << 20) { work.run() }
    }
  }

  deinit { work.stop() }

  /// The next item, or nil after the last. An error comes in its item's place, and then again.
  package func next() throws -> Item? { threads == 0 ? try work.makeNext() : try work.takeNext() }

  /// Ends the threads once each has made its present item; nothing more comes.
  func cancel() { work.stop() }
}

/// What a `Lookahead` shares with its threads.
private struct LookaheadWork<Item: Sendable>: Sendable {
  private struct State {
    var begun = 0
    var delivered = 0
    /// Items made and not handed out, by number.
    var ready: [Int: Result<Item?, any Error>] = [:]
    var stopped = false

    /// Counts the next item as handed out. Nothing and errors stay where they are, so that later calls find them again.
    mutating func deliver(_ result: Result<Item?, any Error>?) throws -> Item? {
      guard let item = try result?.get() else { return nil }
      ready[delivered] = nil
      delivered += 1
      return item
    }
  }

  private let window: Int
  private let make: @Sendable (Int) throws -> Item?
  private let monitor = Monitor(State())

  init(window: Int, make: @escaping @Sendable (Int) throws -> Item?) {
    (self.window, self.make) = (window, make)
  }

  func run() {
    // vips_thread_shutdown crashes where libvips never started, as when there was no item to make.
    startVips()
    while let number = claim() {
      let result = Result { try make(number) }
      monitor.withLock { $0.ready[number] = result }
      monitor.wakeAll()
    }
    vips_thread_shutdown()
  }

  func stop() {
    monitor.withLock { ($0.stopped, $0.ready) = (true, [:]) }
    monitor.wakeAll()
  }

  /// The number of the next item to make, once there is room for it; nil when stopped.
  private func claim() -> Int? {
    monitor.wait(until: { $0.stopped || $0.begun < $0.delivered + window }) { state in
      if state.stopped { return nil }
      defer { state.begun += 1 }
      return state.begun
    }
  }

  func takeNext() throws -> Item? {
    defer { monitor.wakeAll() }
    return try monitor.wait(until: { $0.stopped || $0.ready[$0.delivered] != nil }) { state in
      try state.deliver(state.ready[state.delivered])
    }
  }

  func makeNext() throws -> Item? {
    let number = monitor.withLock { $0.stopped ? nil : $0.delivered }
    guard let number else { return nil }
    let result = Result { try make(number) }
    return try monitor.withLock { try $0.deliver(result) }
  }
}

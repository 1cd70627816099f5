import Foundation
import Testing
import Threading

struct MonitorTests {
  @Test func `no change is lost between threads`() {
    let count = Monitor(0)
    for _ in 0..<4 {
      startThread("other") {
        for _ in 0..<1000 { count.withLock { $0 += 1 } }
        count.wakeAll()
      }
    }
    count.wait { $0 == 4000 }
    #expect(count.withLock { $0 } == 4000)
  }

  @Test func `who waits gets the state that it waited for`() {
    let turns = Monitor(0)
    startThread("other") {
      for turn in stride(from: 1, to: 200, by: 2) {
        turns.wait(until: { $0 == turn }) { $0 += 1 }
        turns.wakeAll()
      }
    }
    for turn in stride(from: 0, to: 200, by: 2) {
      let found = turns.wait(until: { $0 == turn }) { turn in
        defer { turn += 1 }
        return turn
      }
      turns.wakeAll()
      #expect(found == turn)
    }
    turns.wait { $0 == 200 }
  }

  @Test func `a wait that would be in vain ends with its error`() {
    struct Vain: Error {}
    let failed = Monitor(false)
    startThread("other") {
      failed.withLock { $0 = true }
      failed.wakeAll()
    }
    #expect(throws: Vain.self) {
      try failed.wait { state in
        if state { throw Vain() }
        return false
      }
    }
  }

  @Test func `a wait of so many seconds ends without what it waited for, or at once with it`() {
    let never = Monitor(false)
    let start = ContinuousClock.now
    #expect(!never.wait(atMostSeconds: 0.05) { $0 })
    #expect(ContinuousClock.now - start >= .milliseconds(50))
    never.withLock { $0 = true }
    #expect(never.wait(atMostSeconds: 3600) { $0 })
  }
}

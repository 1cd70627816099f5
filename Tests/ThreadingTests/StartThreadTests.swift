import Testing
import Threading

@Suite struct StartThreadTests {
  @Test func `a thread runs what it is given`() {
    let done = Monitor(0)
    for number in 1...4 {
      startThread("number \(number)", stackBytes: 1 << 20) {
        done.withLock { $0 += number }
        done.wakeAll()
      }
    }
    done.wait { $0 == 10 }
  }

  /// Nobody else would end what waits for the thread's work.
  @Test func `where there is no room for a thread the process ends with a sentence`() async throws {
    let ended = try #require(
      await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
        startThread("vast", stackBytes: 1 << 47) {}
        Monitor(0).wait { $0 == 1 }
      })
    let words = String(decoding: ended.standardErrorContent, as: UTF8.self)
    #expect(words.contains("there is no room for another thread (vast): "), "\(words)")
    #expect(words.hasSuffix("containers: pids)\n"), "\(words)")
  }

  @Test func `the sentence advises what it was told`() async throws {
    let ended = try #require(
      await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
        adviseFewer { "--spindles" }
        startThread("vast", stackBytes: 1 << 47) {}
        Monitor(0).wait { $0 == 1 }
      })
    let words = String(decoding: ended.standardErrorContent, as: UTF8.self)
    #expect(words.hasSuffix(", or take fewer --spindles\n"), "\(words)")
  }
}

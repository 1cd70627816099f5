import Collectives
import Runs
import Testing
import Training

@Suite struct WorkerAccountTests {
  @Test func `everybody gets everybody's account`() throws {
    try simulate(workers: 3) { workers in
      let accounts = try Accounting(workers).gather(Phases(), Traffic())
      #expect(accounts.map(\.worker) == [0, 1, 2])
      #expect(accounts[2].line(step: 7).hasPrefix("{\"step\":7,\"worker\":2,\"host\":\""))
    }
  }
}

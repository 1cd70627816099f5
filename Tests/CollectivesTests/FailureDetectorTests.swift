import Collectives
import Testing

struct FailureDetectorTests {
  @Test func `a worker that falls silent is named with its host`() throws {
    var heard = FailureDetector(of: 3, timeoutSeconds: 5)
    heard.hear("node2")
    for _ in 0..<9 { try heard.pass(seconds: 0.5) }
    #expect(throws: CommunicationError.silent(rank: 3, host: "node2", seconds: 5)) { try heard.pass(seconds: 0.5) }
  }

  @Test func `a beat ends a silence`() throws {
    var heard = FailureDetector(of: 3, timeoutSeconds: 5)
    for _ in 0..<100 {
      for _ in 0..<9 { try heard.pass(seconds: 0.5) }
      heard.hear("node2")
    }
  }

  @Test func `a pause of the listener is no silence of the other`() throws {
    var heard = FailureDetector(of: 3, timeoutSeconds: 5)
    for _ in 0..<4 { try heard.pass(seconds: 3600) }
    heard.hear("node2")
    try heard.pass(seconds: 3600)
  }

  @Test func `a worker that said goodbye may be silent, and so may all without a timeout`() throws {
    var heard = FailureDetector(of: 3, timeoutSeconds: 5)
    heard.hear("node2")
    heard.hear(FailureDetector.goodbye)
    var patient = FailureDetector(of: 3, timeoutSeconds: nil)
    for _ in 0..<100 {
      try heard.pass(seconds: 1)
      try patient.pass(seconds: 1)
    }
    #expect(heard.left && !patient.left)
  }
}

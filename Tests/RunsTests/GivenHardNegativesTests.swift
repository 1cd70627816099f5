import Collectives
import Pairs
import Runs
import Settings
import Synchronization
import TestSupport
import Testing

@Suite struct GivenHardNegativesTests {
  /// Pairs of whom every third has no wrong caption; notes who was read.
  private final class Source: PairSource {
    let count = 20
    let isBare: Bool
    let read = Mutex<[Int]>([])

    init(isBare: Bool = false) { self.isBare = isBare }

    func pair(at index: Int) throws -> Pair {
      read.withLock { $0.append(index) }
      let json = isBare || index % 3 == 0 ? "{}" : #"{"wrong": "not \#(index)"}"#
      return Pair(key: "\(index)", image: [], captions: ["\(index)"], json: Array(json.utf8))
    }
  }

  private let wanted = HardNegatives(field: "wrong", each: 2)

  @Test(arguments: [1, 3]) func `each worker reads its part, and all know of all`(_ workers: Int) throws {
    let source = Source()
    let wanted = wanted
    let lines = Mutex<Set<String?>>([])
    try simulate(workers: workers) { communicator in
      let given = try GivenHardNegatives(wanted, in: source, over: communicator)
      lines.withLock { _ = $0.insert(given.line) }
    }
    #expect(source.read.withLock { $0.sorted() } == Array(0..<20))
    let said = lines.withLock { $0 }
    #expect(said.count == 1 && said.first??.hasPrefix("of 20 pairs 7 have no text in “wrong” and 13 fewer") == true)
  }

  @Test(arguments: [1, 3]) func `data without any are refused on all workers`(_ workers: Int) throws {
    let wanted = wanted
    #expect(throws: RunFileError.self) {
      try simulate(workers: workers) { _ = try GivenHardNegatives(wanted, in: Source(isBare: true), over: $0) }
    }
  }
}

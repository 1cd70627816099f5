import Synchronization

/// How many requests were read and how many answered: equal once a server has stopped, unless it lost some.
final class RequestCount: Sendable {
  private let read = Atomic(0)
  private let answered = Atomic(0)

  func begin() { read.add(1, ordering: .relaxed) }
  func end() { answered.add(1, ordering: .relaxed) }
  var values: (read: Int, answered: Int) { (read.load(ordering: .relaxed), answered.load(ordering: .relaxed)) }
}

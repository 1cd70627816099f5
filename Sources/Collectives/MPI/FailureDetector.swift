/// How long a worker has not been heard.
package struct FailureDetector {
  package static let beatSeconds = 0.5
  /// What a worker sends last, where else it sends its host's name.
  package static let goodbye = ""

  private let rank: Int
  private let timeoutSeconds: Int?
  private var host = "a host not heard yet"
  private var seconds = 0.0
  /// Whether the worker said goodbye: it owes no beat any more.
  package private(set) var left = false

  package init(of rank: Int, timeoutSeconds: Int?) {
    self.rank = rank
    self.timeoutSeconds = timeoutSeconds
  }

  package mutating func hear(_ text: String) {
    seconds = 0
    if text == Self.goodbye { left = true } else { host = text }
  }

  /// Counts time between two looks. One that took much longer than a beat was a pause of the listener, perhaps of the
  /// whole run, and says nothing about the other worker.
  package mutating func pass(seconds passed: Double) throws(CommunicationError) {
    guard !left, let timeoutSeconds else { return }
    seconds += min(passed, 2 * Self.beatSeconds)
    guard seconds < Double(timeoutSeconds) else {
      throw .silent(rank: rank, host: host, seconds: timeoutSeconds)
    }
  }
}

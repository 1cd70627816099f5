/// Tells from the absence of a worker's beats that it has failed: that it was stopped, or its machine is down or cut
/// off.
///
/// It counts the seconds of silence that it is told of and looks at no clock, so that it can be tested.
package struct FailureDetector {
  /// Seconds from one beat to the next.
  package static let beatSeconds = 0.5
  /// What a worker sends last, where else it sends its host's name.
  package static let goodbye = ""

  private let rank: Int
  private let timeoutSeconds: Int?
  private var host = "a host not heard yet"
  private var seconds = 0.0
  /// Whether the worker said goodbye: it owes no beat any more.
  package private(set) var left = false

  /// - Parameters:
  ///   - rank: of the worker that is listened to.
  ///   - timeoutSeconds: how long it may be silent; nil: for ever.
  package init(of rank: Int, timeoutSeconds: Int?) {
    self.rank = rank
    self.timeoutSeconds = timeoutSeconds
  }

  /// Notes what the worker sent, which ends its silence.
  package mutating func hear(_ text: String) {
    seconds = 0
    if text == Self.goodbye { left = true } else { host = text }
  }

  /// Counts the seconds that passed between two looks for beats. What took much longer than a beat was a pause of the
  /// listener, perhaps of the whole run, and says nothing about the other worker: it counts as two beats.
  ///
  /// - Throws: `CommunicationError.silent` once the silence is as long as the timeout.
  package mutating func pass(seconds passed: Double) throws(CommunicationError) {
    guard !left, let timeoutSeconds else { return }
    seconds += min(passed, 2 * Self.beatSeconds)
    guard seconds < Double(timeoutSeconds) else {
      throw .silent(rank: rank, host: host, seconds: timeoutSeconds)
    }
  }
}

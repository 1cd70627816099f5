import COpenMPI
import Foundation

/// Short texts to the next worker of a ring, by rank, and from the one before; nobody waits for any of them.
///
/// Made by all workers together; from then on one thread alone uses it, over a duplicate that is its own.
final class RingMessages {
  /// The worker that is heard.
  let before: Int
  private let next: CInt
  private let workers: MPICommunicator
  /// The text under way. The object's own memory, since MPI reads it after the call.
  private let letter = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: longestText)
  private var request: MPI_Request?

  /// Called by all workers, since it duplicates the communicator.
  init(_ workers: MPICommunicator) throws(CommunicationError) {
    self.workers = try workers.duplicate(largestCount: 1 << 30)
    before = (workers.rank + workers.size - 1) % workers.size
    next = CInt((workers.rank + 1) % workers.size)
  }

  deinit { letter.deallocate() }

  /// Begins to send a text, of which only the first 255 bytes go.
  ///
  /// - Returns: whether it began: not while an earlier text is under way.
  func send(_ text: String) throws(CommunicationError) -> Bool {
    guard try hasSent() else { return false }
    let (_, end) = letter.update(from: text.utf8.prefix(letter.count))
    try check(
      "MPI_Isend", MPI_Isend(letter.baseAddress, CInt(end), cmpi_byte(), next, 0, workers.handle, &request))
    return true
  }

  /// Whether no text is under way any more.
  func hasSent() throws(CommunicationError) -> Bool {
    guard request != nil else { return true }
    var done: CInt = 0
    try check("MPI_Test", MPI_Test(&request, &done, nil))
    if done != 0 { request = nil }
    return done != 0
  }

  /// The oldest text that has come and wasn't taken yet; nil if there is none.
  func receive() throws(CommunicationError) -> String? {
    var (come, count): (CInt, CInt) = (0, 0)
    var status = MPI_Status()
    try check("MPI_Iprobe", MPI_Iprobe(CInt(before), 0, workers.handle, &come, &status))
    guard come != 0 else { return nil }
    try check("MPI_Get_count", MPI_Get_count(&status, cmpi_byte(), &count))
    var text = [UInt8](repeating: 0, count: Int(count))
    try check("MPI_Recv", MPI_Recv(&text, count, cmpi_byte(), CInt(before), 0, workers.handle, nil))
    return String(decoding: text, as: UTF8.self)
  }
}

/// Short enough that MPI sends it at once, whether or not anybody receives.
private let longestText = 255

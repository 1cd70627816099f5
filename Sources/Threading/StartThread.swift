import Foundation
import Synchronization

/// Starts a thread that runs `body` and ends. Where the system gives none, the process ends with a sentence and exit code 1: whoever
/// waits for the thread's work would wait for ever. (Foundation's `Thread` says nothing then.)
///
/// - Parameters:
///   - name: for debuggers and for the sentence.
///   - stackBytes: a multiple of the page's size; what isn't touched costs nothing. Nil: as many as the system usually gives.
package func startThread(_ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void) {
  _ = start(name, stackBytes, detached: true, body)
}

/// Ends the process likewise where the system has no room for so many threads more at once. They are gone when it returns, and
/// theirs is free.
///
/// - Parameter whole: called while all are there, each of which has taken memory.
package func requireThreads(_ count: Int, _ name: String, _ whole: () -> Void = {}) {
  let (started, areEnough) = (Monitor(0), Monitor(false))
  let threads = (0..<count).map { _ in
    start("of \(count) \(name)", nil, detached: false) {
      started.withLock { $0 += 1 }
      started.wakeAll()
      areEnough.wait { $0 }
    }
  }
  started.wait { $0 == count }
  whole()
  areEnough.withLock { $0 = true }
  areEnough.wakeAll()
  for thread in threads { pthread_join(thread, nil) }
}

private func start(
  _ name: String, _ stackBytes: Int?, detached: Bool, _ body: @escaping @Sendable () -> Void
) -> pthread_t {
  let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
  pthread_attr_init(attributes)
  defer {
    pthread_attr_destroy(attributes)
    attributes.deallocate()
  }
  if detached { pthread_attr_setdetachstate(attributes, CInt(PTHREAD_CREATE_DETACHED)) }
  if let stackBytes { pthread_attr_setstacksize(attributes, stackBytes) }
  let start = Unmanaged.passRetained(Start(name: name, body: body))
  var thread: pthread_t = 0
  let code = pthread_create(
    &thread, attributes,
    { argument in
      let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
      Thread.current.name = start.name
      start.body()
      return nil
    }, start.toOpaque())
  if code != 0 { endWithoutThread(name, String(cString: strerror(code))) }
  return thread
}

private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
}

/// Sets what is said to be taken fewer of where the system gives no thread: what the command at hand has.
///
/// - Parameter words: asked for only then; nil where there is nothing.
package func adviseFewer(_ words: @escaping @Sendable () -> String?) { fewer.withLock { $0 = words } }

private let fewer = Mutex<@Sendable () -> String?>({ nil })

private func endWithoutThread(_ name: String, _ reason: String) -> Never {
  var words =
    "Error: there is no room for another thread (\(name)): \(reason); raise the limits (ulimit -v, ulimit -u; containers: pids)"
    + (fewer.withLock { $0 }().map { ", or take fewer \($0)" } ?? "") + "\n"
  _ = words.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  // Not by way of handlers, which would wait for other threads.
  _exit(1)
}

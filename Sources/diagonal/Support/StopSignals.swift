import Foundation
import Synchronization

/// Signals that ask a run to save and stop after the step in hand: USR1, USR2, and of TERM, INT and HUP the first. A
/// second of those ends the process at once, as the first would without this.
///
/// They are blocked, and one thread waits for them: what they set off runs on no borrowed stack.
final class StopSignals: Sendable {
  private static let gentle = [SIGUSR1, SIGUSR2]
  private static let urgent = [SIGTERM, SIGINT, SIGHUP]
  /// The name of the first that came.
  private let first = Mutex<String?>(nil)

  /// To be called before the process has any other thread, since each has a mask of its own.
  init() {
    // Shells let background commands ignore it, which would leave nothing that makes them drop a core.
    signal(SIGQUIT, SIG_DFL)
    // What is ignored stays so: nohup, or a script's background command that the terminal's INT isn't meant for.
    let wanted = Self.gentle + Self.urgent.filter { !Self.isIgnored($0) }
    var set = Self.set(wanted)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let thread = Thread { [self] in listen(to: wanted) }
    thread.name = "signals"
    thread.start()
  }

  /// Which signal asked to stop; nil while none has.
  var request: String? { first.withLock { $0 } }

  private func listen(to signals: [CInt]) {
    var set = Self.set(signals)
    var hasUrgent = false
    while true {
      var number: CInt = 0
      guard sigwait(&set, &number) == 0 else { continue }
      first.withLock { $0 = $0 ?? Self.name(number) }
      guard Self.urgent.contains(number) else { continue }
      if hasUrgent { Self.end(by: number) }
      hasUrgent = true
    }
  }

  private static func end(by number: CInt) {
    signal(number, SIG_DFL)
    var set = set([number])
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }

  private static func isIgnored(_ number: CInt) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  private static func set(_ numbers: [CInt]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }

  private static func name(_ number: CInt) -> String {
    switch number {
    case SIGUSR1: "SIGUSR1"
    case SIGUSR2: "SIGUSR2"
    case SIGTERM: "SIGTERM"
    case SIGINT: "SIGINT"
    default: "SIGHUP"
    }
  }
}

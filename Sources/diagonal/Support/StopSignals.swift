import Foundation
import Synchronization

/// How many of either kind came: what a handler, which is C's and captures nothing, may touch.
private let requests = Atomic(0)
private let urgentRequests = Atomic(0)

/// Signals that ask a run to save and stop after the step in hand: USR1, USR2, and of TERM, INT and HUP the first. A
/// second of those ends the process at once, as the first would without this.
///
/// They are caught and not blocked: Swift's own crash handlers halt other threads by USR1, and would wait for them.
enum StopSignals {
  private static let gentle = [SIGUSR1, SIGUSR2]
  private static let urgent = [SIGTERM, SIGINT, SIGHUP]
  /// Whether any came.
  static var isAsked: Bool { requests.load(ordering: .relaxed) > 0 }

  static func catchAll() {
    // A handler can't wait for another thread to make these.
    precondition(!isAsked && urgentRequests.load(ordering: .relaxed) == 0, "signals: caught twice")
    catchSignals(gentle) { _ in _ = requests.add(1, ordering: .relaxed) }
    // Who reads what it says may go; the run goes on.
    signal(SIGPIPE, SIG_IGN)
    // What is ignored stays so: nohup, or a script's background command that the terminal's INT isn't meant for.
    catchSignals(urgent.filter { !isIgnored($0) }) { number in
      _ = requests.add(1, ordering: .relaxed)
      guard urgentRequests.add(1, ordering: .relaxed).oldValue > 0 else { return }
      signal(number, SIG_DFL)
      // Comes when this handler returns.
      raise(number)
    }
  }

  private static func catchSignals(_ numbers: [CInt], _ handler: @escaping @convention(c) (CInt) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    // Reads and writes go on.
    action.sa_flags = SA_RESTART
    for number in numbers { sigaction(number, &action, nil) }
  }

  private static func isIgnored(_ number: CInt) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}

/// Lets a process end by the QUIT, ABRT, SEGV, FPE, ILL or TRAP that another sends it. Swift's own handlers would print where
/// each thread is, and then let it live on; a trap of its own (ILL, TRAP) still prints that, and so do all where
/// SWIFT_BACKTRACE is set.
func endBySignalsOfCrashes() {
  guard getenv("SWIFT_BACKTRACE") == nil else { return }
  for number in [SIGQUIT, SIGABRT, SIGSEGV, SIGFPE] { signal(number, SIG_DFL) }
  catchSentTrap(SIGILL, keeping: illegalHandler)
  catchSentTrap(SIGTRAP, keeping: trapHandler)
}

private typealias TrapHandler =
  @convention(c) (CInt, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

/// What was there for a trap before, as addresses: a handler captures nothing.
private let illegalHandler = Atomic(0)
private let trapHandler = Atomic(0)

private func catchSentTrap(_ number: CInt, keeping earlier: borrowing Atomic<Int>) {
  var action = sigaction()
  sigaction(number, nil, &action)
  earlier.store(unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self), ordering: .relaxed)
  action.sa_flags |= SA_SIGINFO
  action.__sigaction_handler.sa_sigaction = { number, info, context in
    let earlier = (number == SIGILL ? illegalHandler.load(ordering: .relaxed) : trapHandler.load(ordering: .relaxed))
    // The kernel's own codes are above 0. A handler that is none is 0 or 1.
    if let info, info.pointee.si_code > 0, earlier > 1 {
      return unsafeBitCast(earlier, to: TrapHandler.self)(number, info, context)
    }
    signal(number, SIG_DFL)
    // Comes when this handler returns.
    raise(number)
  }
  sigaction(number, &action, nil)
}

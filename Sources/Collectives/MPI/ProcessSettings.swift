import COpenMPI
import Foundation

/// Lets workers of one host copy through shared memory where the kernel forbids them to read each other's (containers
/// without CAP_SYS_PTRACE): Open MPI 4 would try every time, and say so every time. A setting of the user's stays.
func avoidForbiddenCopies() {
  var (byte, copy): (UInt8, UInt8) = (1, 0)
  let copied = withUnsafeMutablePointer(to: &byte) { from in
    withUnsafeMutablePointer(to: &copy) { to in cmpi_copy_from_process(getpid(), to, from, 1) }
  }
  if copied != 1 { setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0) }
}

/// What a process does with some signals, to be restored once a library has laid its own handlers over it: with Open
/// MPI's a process lives on after a signal of a crash that another process sent.
struct SavedHandlers {
  private let actions: [(signal: CInt, action: sigaction)]

  init(_ signals: [CInt]) {
    actions = signals.map { signal in
      var action = sigaction()
      sigaction(signal, nil, &action)
      return (signal, action)
    }
  }

  func restore() {
    for action in actions {
      var before = action.action
      sigaction(action.signal, &before, nil)
    }
  }
}

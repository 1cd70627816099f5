import COpenMPI
import Foundation

/// Lets workers of one host copy through shared memory where the kernel forbids them to read each other's (containers
/// without CAP_SYS_PTRACE): Open MPI 4 would try every time, and say so every time. A setting of the user's stays.
func avoidForbiddenCopies() {
  if !mayRead(getpid()) || !mayReadAnother() { setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0) }
}

/// Whether a process of the same account may be read: the launcher, as the other workers aren't known yet. True where there
/// is none: Slurm's own belongs to root.
private func mayReadAnother() -> Bool {
  // Yama's 1 keeps a child from reading its parent, and Open MPI opens its workers to each other there.
  if (try? String(contentsOfFile: "/proc/sys/kernel/yama/ptrace_scope", encoding: .utf8))?.hasPrefix("1") == true {
    return true
  }
  let launcher = getppid()
  var facts = stat()
  guard launcher > 1, stat("/proc/\(launcher)", &facts) == 0, facts.st_uid == geteuid() else { return true }
  return mayRead(launcher)
}

/// Whether the kernel lets this process copy from that one's memory. Asked of an address where nothing is: what is allowed
/// fails by that alone.
private func mayRead(_ process: pid_t) -> Bool {
  var byte: UInt8 = 0
  let copied = cmpi_copy_from_process(process, &byte, UnsafeRawPointer(bitPattern: 1), 1)
  return copied >= 0 || errno == EFAULT
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

import Foundation

/// A line on standard error that tells how far something is: on a terminal it renews itself, elsewhere each is a line of
/// its own.
package final class RenewingLine {
  package let terminal: Bool
  private let write: (String) -> Void
  private var lastShown = -Double.infinity

  package convenience init() {
    self.init(terminal: isatty(STDERR_FILENO) == 1) { writeStandardError($0) }
  }

  package init(terminal: Bool, write: @escaping (String) -> Void) {
    self.terminal = terminal
    self.write = write
  }

  /// Whether nothing was shown for so many seconds; if so, they begin anew.
  package func isDue(after seconds: Double) -> Bool {
    let now = ProcessInfo.processInfo.systemUptime
    guard now - lastShown >= seconds else { return false }
    lastShown = now
    return true
  }

  /// - Parameter isLast: whether the line stays as it is then.
  package func show(_ text: String, isLast: Bool) {
    write(terminal ? "\r\(text)\u{1B}[K" + (isLast ? "\n" : "") : text + "\n")
  }

  /// Prints a line of its own between those that renew themselves.
  package func note(_ text: String) { write((terminal ? "\r\u{1B}[K" : "") + text + "\n") }
}

/// `42s`, `3m 07s`, `2h 05m`.
package func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole)s" }
  if whole < 3600 { return String(format: "%dm %02ds", whole / 60, whole % 60) }
  return String(format: "%dh %02dm", whole / 3600, whole % 3600 / 60)
}

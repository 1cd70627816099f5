import Foundation

/// Writes a line on standard error, as far as that takes it.
func lastWords(_ line: String) {
  var text = line + "\n"
  _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

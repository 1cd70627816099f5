import Foundation

/// Whether so many bytes can be had, by trying. Arrays that can't be had end the process without a word; it is a limit
/// of the process (`ulimit -v`) that this notices, since Linux promises more than there is.
package func hasMemory(for bytes: Int) -> Bool {
  guard bytes >= 1 << 20 else { return true }
  guard let tried = malloc(bytes) else { return false }
  free(tried)
  return true
}

import Foundation

/// Whether so many bytes can be had, by trying. Arrays that can't be had end the process without a word; it is a limit
/// of the process (`ulimit -v`) that this notices, since Linux promises more than there is.
package func hasMemory(for bytes: Int) -> Bool {
  guard bytes >= 1 << 20 else { return true }
  // Of malloc and free together the compiler makes nothing.
  let tried = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let tried, tried != MAP_FAILED else { return false }
  munmap(tried, bytes)
  return true
}

/// Which chunks' graphs wait in memory for backward. The bits of the result don't depend on it.
public enum GraphKeeping: Sendable, Equatable {
  case always
  case never
  /// As many as fit into this many bytes, judged by the first chunk's.
  case within(bytes: Int)
}

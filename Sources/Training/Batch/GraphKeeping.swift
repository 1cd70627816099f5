/// Which chunks' graphs wait in memory for backward. The bits of the result don't depend on it.
public enum GraphKeeping: Sendable, Equatable {
  case always
  case never
  /// Those that fit into this many bytes, chunk by chunk.
  case within(bytes: Int)
}

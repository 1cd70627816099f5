import Synchronization

/// What happens where the system has no memory for a tensor. Nothing that computes can go on then.
public enum OutOfMemory {
  private static let answer = Mutex<@Sendable (Int) -> Never>({ bytes in
    preconditionFailure("there is no memory for \(bytes) bytes")
  })

  /// Sets how the process ends; it traps where nobody does.
  ///
  /// - Parameter end: is told of the bytes that were asked for.
  public static func end(by end: @escaping @Sendable (_ bytes: Int) -> Never) { answer.withLock { $0 = end } }

  static func end(asked bytes: Int) -> Never { answer.withLock { $0 }(bytes) }
}

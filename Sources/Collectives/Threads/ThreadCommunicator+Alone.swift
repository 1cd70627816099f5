extension ThreadCommunicator {
  /// A worker without others: what several do together, it does by itself.
  public static func alone() -> ThreadCommunicator { ThreadCommunicator(rank: 0, board: Board(size: 1)) }
}

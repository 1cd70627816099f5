/// A key that two launches of a run set differently, with the values as YAML has them.
public struct ChangedKey: Sendable, Equatable, Codable {
  public let key: String
  public let before: String
  public let now: String

  public init(key: String, before: String, now: String) { (self.key, self.before, self.now) = (key, before, now) }
}

extension RunFile {
  /// The keys of a kind that this run sets otherwise than an earlier launch of it, in the table's order. Both are
  /// resolved.
  public func changes(since earlier: RunFile, of kind: OnResume) -> [ChangedKey] {
    RunFileKey.all.filter { $0.onResume == kind }
      .map { ChangedKey(key: $0.name, before: $0.print(earlier), now: $0.print(self)) }
      .filter { $0.before != $0.now }
  }
}

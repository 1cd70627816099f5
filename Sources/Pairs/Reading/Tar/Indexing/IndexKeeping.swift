import Files
import Foundation

/// Where indexes of shards are kept, and who is told when they are built.
///
/// An index lies beside its shard, in a hidden folder `.diagonal`, or where that can't be written in the user's cache. Where
/// neither can, or a path isn't UTF-8, shards are scanned each time.
public struct IndexKeeping: Sendable {
  /// The cache; nil for none.
  public var cache: String?
  /// Called as indexes are built, from several threads but one at a time: how many are done, of how many.
  public var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?

  /// - Parameter cache: `$XDG_CACHE_HOME/diagonal`, or `~/.cache/diagonal`.
  public init(cache: String? = IndexKeeping.userCache, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil)
  {
    (self.cache, self.progress) = (cache, progress)
  }

  public static var userCache: String? {
    let environment = ProcessInfo.processInfo.environment
    // A relative path is to be ignored: XDG Base Directory Specification.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/diagonal" }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache/diagonal" : nil }
  }

  /// The folders that indexes of a folder's shards may lie in, the best first.
  private func folders(of shards: String) -> [String] {
    let beside = shards + "/.diagonal"
    guard let cache, let whole = realpath(shards, nil) else { return [beside] }
    defer { free(whole) }
    return [beside, "\(cache)/index/" + sha256(Array(String(cString: whole).utf8)).prefix(32)]
  }

  /// Where the index of a shard may lie, the best place first. One that is compressed has none: its plain copy goes again.
  func places(of shard: ShardFile, _ rule: MemberRule) -> [String] {
    guard shard.plain == shard.path, let path = shard.path.text, let name = shard.path.lastComponent.text else {
      return []
    }
    return folders(of: parentDirectory(path)).map { "\($0)/\(name).\(rule.name).index" }
  }
}

/// Builds the indexes of shards, but for those that are there and fit: what readers of pairs do when they open them.
///
/// - Parameter shards: paths of WebDataset tars.
/// - Throws: `ShardError` for the first that can't be read. That an index can't be written is no error: reading scans then.
public func writeIndex(of shards: [String], _ keeping: IndexKeeping = IndexKeeping()) throws(ShardError) {
  _ = try openIndexed(shards.map { ShardFile(path: FilePath($0)) }, MemberRule(ReadingOptions()), keeping)
}

/// Why a pack can't be made.
public enum PackError: Error, Hashable, CustomStringConvertible {
  case occupied(path: String)
  case within(source: String, path: String)
  case otherPack(path: String, differs: String)
  case unreadableManifest(path: String, line: Int)
  case inUse(path: String)
  case changedShard(path: String, reason: String)
  case foreignFile(path: String)
  case nothing(lost: Int)

  public var description: String {
    switch self {
    case .occupied(let path): "\(path) holds files and no pack's manifest.jsonl: choose another --out"
    case .within(let source, let path): "\(path) lies in \(source), whose data it would become: choose another --out"
    case .otherPack(let path, let differs):
      "\(path) holds a pack of \(differs): choose another --out, or replace it with --force"
    case .unreadableManifest(let path, let line):
      "\(path), line \(line), isn't a pack's manifest: choose another --out"
    case .inUse(let path): "another process packs into \(path): wait for it"
    case .changedShard(let path, let reason): "\(path) \(reason): pack anew with --force"
    case .foreignFile(let path): "\(path) is there, and no pack made it: move it away"
    case .nothing(let lost): "nothing was packed: all \(lost) pairs are flawed; skipped.jsonl says why"
    }
  }

  /// Whether another command line mends it.
  public var isUsage: Bool {
    switch self {
    case .occupied, .within, .otherPack, .unreadableManifest, .foreignFile: true
    case .inUse, .changedShard, .nothing: false
    }
  }
}

/// What keeps stored embeddings from being read, or written.
public enum StoredError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case npy(path: String, problem: String)
  case lines(path: String, found: Int, rows: Int)
  case notEmbeddings(path: String)
  case manifest(path: String, problem: String)
  case unfinished(path: String, rows: Int)
  case nothingStored(what: String, path: String)
  case otherModel(path: String, stored: Int, model: Int)
  case differentModel(path: String, made: String, model: String)
  case changed(path: String, bytes: Int, found: Int)
  case damaged(path: String)
  case noSuchKey(String, path: String, nearest: String?)
  case occupied(path: String, name: String)
  case otherEmbedding(path: String, what: String, stored: String, wanted: String)
  case otherData(path: String, name: String)
  case otherBegun(path: String, name: String)
  case otherTokenizer(path: String)
  case states(path: String)
  case busy(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .unwritable(let path, let reason): "can't write \(path): \(reason); make room there, or choose another --out"
    case .npy(let path, let problem): "\(path): \(problem)"
    case .lines(let path, let found, let rows):
      "\(path) has \(found) lines for \(rows) rows: the directory isn't one embedding's; embed the data again by --force"
    case .notEmbeddings(let path): "\(path) holds no embeddings: make them by `diagonal embed --out \(path)`"
    case .manifest(let path, let problem): "\(path): \(problem); embed into another directory, or remove this one"
    case .unfinished(let path, let rows):
      "\(path) isn't finished, it has \(rows) rows so far: the same `diagonal embed` again goes on with it"
    case .nothingStored(let what, let path):
      "\(path) has no \(what): it was embedded without; embed with --tower both into another directory"
    case .otherModel(let path, let stored, let model):
      "\(path) has rows of \(stored) numbers, the model makes \(model): it was embedded by another"
    case .differentModel(let path, let made, let model):
      "\(path) was embedded by another model (fingerprint \(made), this one's is \(model)): products with this one's "
        + "vectors mean nothing"
    case .changed(let path, let bytes, let found):
      "\(path) has \(found) bytes, and \(bytes) were written: it isn't what its manifest tells of; embed the data again by --force"
    case .damaged(let path): "\(path) isn't what its manifest tells of (SHA-256); embed the data again by --force"
    case .noSuchKey(let key, let path, let nearest):
      "\(path) has no row “\(key)”" + (nearest.map { "; the nearest is “\($0)”" } ?? "")
    case .occupied(let path, let name):
      "\(path) has a \(name) that no manifest of embeddings names: choose another --out"
    case .otherEmbedding(let path, let what, let stored, let wanted):
      "\(path) was embedded with \(what) \(stored), this would be \(wanted): choose another --out, or replace it by "
        + "--force"
    case .otherData(let path, let name):
      "\(path) has rows of other data under the name \(name), which was changed since: embed into another --out, or all "
        + "anew by --force"
    case .otherBegun(let path, let name):
      "\(path) was begun with other --data, of which \(name) is embedded already, and isn't finished: let the same call "
        + "as before finish, embed into another --out, or all anew by --force"
    case .otherTokenizer(let path):
      "\(path) has texts that were embedded with another tokenizer: those that aren't stored would be read otherwise; "
        + "give the one that embedded by --tokenizer"
    case .states(let path):
      "\(path) has what the projections take (--before-projection), not embeddings: it serves data.features; for this "
        + "embed without that option into another directory"
    case .busy(let path): "\(path) is being written by another `diagonal embed`"
    }
  }
}

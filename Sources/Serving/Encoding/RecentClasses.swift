import Evaluation
import Threading

/// The class embeddings that were asked for last.
///
/// They live on the encoder's thread; which labels they are of, any thread may ask.
final class RecentClasses {
  /// Labels in their templates, by bytes: to Swift two spellings of one letter are equal.
  struct Names: Hashable, Sendable {
    private let labels, templates: [[UInt8]]

    init(_ labels: [String], _ templates: [String]) {
      self.labels = labels.map { Array($0.utf8) }
      self.templates = templates.map { Array($0.utf8) }
    }
  }

  /// What is kept.
  final class Kept: Sendable {
    private let names = Monitor(Set<Names>())
    func contains(_ one: Names) -> Bool { names.withLock { $0.contains(one) } }
    fileprivate func update(_ all: [Names]) { names.withLock { $0 = Set(all) } }
  }

  let kept = Kept()
  private var classes: [(names: Names, embeddings: ClassEmbeddings)] = []
  private static let most = 16

  /// Those of some labels in their templates, which are now the last that were asked for; nil where they aren't kept.
  func embeddings(of names: Names) -> ClassEmbeddings? {
    guard let place = classes.firstIndex(where: { $0.names == names }) else { return nil }
    let found = classes.remove(at: place)
    classes.append(found)
    return found.embeddings
  }

  /// Keeps what wasn't kept, in the place of what was asked for longest ago.
  func keep(_ embeddings: ClassEmbeddings, of names: Names) {
    if classes.count == Self.most { classes.removeFirst() }
    classes.append((names, embeddings))
    kept.update(classes.map(\.names))
  }
}

import Evaluation
import Runs

/// The similarity matrix of a batch, early and late.
struct MatrixSection {
  let figures: [Figure]
  /// The rows' pictures, which the page keeps.
  let pictures: [Thumbnail]
  private(set) var problems: [String] = []

  /// Rows of a matrix: as many as a phone's width can hold.
  static let batch = 16

  /// - Parameters:
  ///   - run: its number, which tells its pictures from those of others.
  ///   - onlyNewest: whether there is room for one matrix alone.
  init(_ models: RunModels, name: String, run: Int, onlyNewest: Bool, progress: (String) -> Void) throws {
    let count = min(Self.batch, models.pairs.count)
    var (panels, problems) = ([(title: String, matrix: CosineMatrix)](), [String]())
    func add(_ title: String, _ open: () throws -> Encoders?) {
      progress("\(name): similarity matrix, \(title)")
      do {
        guard let encoders = try open() else { return }
        panels.append((title, try CosineMatrix(encoders, models.pairs, first: count)))
      } catch { problems.append("The matrix \(title) can't be made: \(error)") }
    }
    if !onlyNewest {
      add("before the first step", models.untrained)
      if let first = try models.first() { add("at step \(first.step)") { first.encoders } }
    }
    if let step = models.setup.start?.state.step { add("at step \(step)", models.newest) }
    let shown = try (0..<count).map { try models.pairs.thumbnail($0, run: run) }
    let captions = Array(models.pairs.captions.prefix(count))
    let values = panels.flatMap { $0.matrix.rows.flatMap { $0 } }.map(Double.init).filter(\.isFinite)
    let range = (values.min() ?? -1)...(values.max() ?? 1)
    figures = panels.map { title, matrix in
      Figure(
        title: onlyNewest ? "\(name), \(title)" : title.prefix(1).uppercased() + title.dropFirst(),
        drawing: Heatmap(matrix: matrix, pictures: shown, captions: captions, range: range).drawing,
        caption: Self.caption(matrix))
    }
    (pictures, self.problems) = (shown, problems)
  }

  private static func caption(_ matrix: CosineMatrix) -> String {
    let means = matrix.means
    return
      "Mean cosine \(decimal(means.pairs, digits: 2)) on the diagonal, \(decimal(means.others, digits: 2)) off it; "
      + "\(matrix.hits) of \(matrix.rows.count) pictures have their own caption first."
  }

  static let words: Markup = """
    <p>The same \(batch) training pairs each time, drawn by the run's seed, seen without augmentation. A row is a picture, a
    column a caption; a cell's colour is their cosine, and a pair lies on the diagonal. A dot marks each picture's best
    caption. A model that has learned is bright on the diagonal and dark elsewhere.</p>

    """
}

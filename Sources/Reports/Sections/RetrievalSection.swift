import Evaluation
import Runs

/// What the newest model finds for some pictures and captions, right and wrong.
struct RetrievalSection {
  private let pairs: ExamplePairs
  private let matrix: CosineMatrix
  private let run: Int
  private let step: Int
  /// Those shown, which the page keeps.
  private(set) var pictures: [Thumbnail] = []
  private(set) var body: Markup = ""

  private static let shownEach = 4
  private static let answers = 3

  init?(_ models: RunModels, run: Int) throws {
    guard let start = models.setup.start, let encoders = try models.newest() else { return nil }
    (pairs, self.run, step) = (models.pairs, run, start.state.step)
    matrix = try CosineMatrix(encoders, pairs, first: pairs.count)
    let rows = matrix.rows.indices
    let byRow = rows.map { matrix.best(inRow: $0) }
    let byColumn = rows.map { matrix.best(inColumn: $0) }
    let (forPictures, forTexts) = (chosen(byRow), chosen(byColumn))
    let numbers = forPictures + forTexts.flatMap { [$0] + byColumn[$0].prefix(Self.answers) }
    let thumbnails = try Dictionary(uniqueKeysWithValues: Set(numbers).map { ($0, try pairs.thumbnail($0, run: run)) })
    pictures = thumbnails.sorted { $0.key < $1.key }.map(\.value)
    let captionCards = forPictures.map { pictureCard($0, byRow[$0], thumbnails) }
    let pictureCards = forTexts.map { textCard($0, byColumn[$0], thumbnails) }
    body = """
      <p>Step \(step), among \(pairs.count) training pairs drawn by the run's seed: \
      \(percent(share(byRow))) of the pictures find their own caption first, \(percent(share(byColumn))) of the captions \
      their own picture. Examples as they were drawn, right ones (green edge) before wrong ones (orange edge).</p>
      <h3>Pictures and the captions found for them</h3><div class="cards">\(captionCards)</div>
      <h3>Captions and the pictures found for them</h3><div class="cards">\(pictureCards)</div>

      """
  }

  private func share(_ found: [[Int]]) -> Double {
    Double(found.indices.count { found[$0].first == $0 }) / Double(found.count)
  }

  /// The first queries that are right, then the first that are wrong.
  private func chosen(_ found: [[Int]]) -> [Int] {
    let right = found.indices.filter { found[$0].first == $0 }
    let wrong = found.indices.filter { found[$0].first != $0 }
    return Array(right.prefix(Self.shownEach) + wrong.prefix(Self.shownEach))
  }

  private func pictureCard(_ number: Int, _ found: [Int], _ pictures: [Int: Thumbnail]) -> Markup {
    let answers = found.prefix(Self.answers).map { "<li>\(answer($0, number, row: number, column: $0))</li>" as Markup }
    let rank = (found.firstIndex(of: number) ?? 0) + 1
    return """
      <div class="card \(edge(found, number))">\(pictures[number]?.drawing ?? "")<div><p><b>\(pairs.captions[number])</b> is \
      number \(rank)</p><ol>\(answers)</ol></div></div>
      """
  }

  private func textCard(_ number: Int, _ found: [Int], _ pictures: [Int: Thumbnail]) -> Markup {
    let answers = found.prefix(Self.answers).map { pictures[$0]?.drawing ?? "" }
    let rank = (found.firstIndex(of: number) ?? 0) + 1
    return """
      <div class="card small \(edge(found, number))"><div><p><b>\(pairs.captions[number])</b>: its own picture is number \
      \(rank)</p><div class="row">\(answers)</div></div></div>
      """
  }

  private func answer(_ found: Int, _ own: Int, row: Int, column: Int) -> Markup {
    let cosine = decimal(Double(matrix.rows[row][column]), digits: 2)
    return found == own ? "<b>\(pairs.captions[found])</b> \(cosine)" : "\(pairs.captions[found]) \(cosine)"
  }

  private func edge(_ found: [Int], _ own: Int) -> Markup { found.first == own ? "right" : "wrong" }
}

import Engine
import Evaluation
import Pairs
import Search
import Stored

/// A model, and what is searched by it. Lives on the encoder's thread: its numbers aren't for two threads.
public final class ServedModel {
  public let name: String
  public let encoders: Encoders
  /// What of the inputs is encoded: what there is an encoder for.
  public let parts: Set<StoredPart>
  /// What is searched; empty where nothing is stored.
  let searched: [StoredPart: SearchedPart]
  /// The pictures of stored rows.
  let pictures: (any PairSource)?
  let classes = RecentClasses()
  /// The first row of each key, by its bytes: made when a row is first asked for by its key.
  private lazy var rowsOfKeys = firstPlaces(of: searched.values.first?.rows.keys ?? [])

  /// - Parameters:
  ///   - name: what requests call the model.
  ///   - searched: rows of this model's vectors, and by what they are searched.
  ///   - pictures: where the pictures of rows are found by their keys.
  public init(
    _ name: String, _ encoders: Encoders, searched: [(StoredRows, SearchWay)] = [], pictures: (any PairSource)? = nil
  ) {
    (self.name, self.encoders, self.pictures) = (name, encoders, pictures)
    parts = Set(StoredPart.allCases.filter { encoders.tower == nil || $0.tower == encoders.tower })
    self.searched = Dictionary(uniqueKeysWithValues: searched.map { ($0.part, SearchedPart(rows: $0, way: $1)) })
  }

  /// Rows of one part, and by what they are searched.
  struct SearchedPart {
    let rows: StoredRows
    let way: SearchWay
  }

  /// The row of a key, which is the same of pictures and texts; nil where there is none.
  func row(of key: String) -> Int? { rowsOfKeys[Array(key.utf8)].map { Int($0) } }
}

import Pairs

/// The pairs of a source whose label is one of the classes; others don't take part.
struct LabelledPairs: PairSource {
  private let source: any PairSource
  private let indices: [Int]
  /// The class of each pair.
  let classes: [Int]
  let skipped: [SkippedSample]

  /// Reads every pair's json once; a pair whose json can't be read is left out, and said so.
  init(_ source: any PairSource, _ list: ClassList) throws {
    let numbers = Dictionary(uniqueKeysWithValues: list.names.enumerated().map { ($1, $0) })
    var (indices, classes, skipped) = ([Int](), [Int](), source.skipped)
    for index in 0..<source.count {
      do {
        let labels = try source.pairWithoutImage(at: index).metadata(as: Labels.self)
        guard let number = labels[list.label].flatMap({ numbers[$0] }) else { continue }
        indices.append(index)
        classes.append(number)
      } catch let error as SampleError {
        let place = source.location(of: index)
        skipped.append(SkippedSample(key: place.key, shard: place.file, reason: error.description))
      }
    }
    (self.source, self.indices, self.classes, self.skipped) = (source, indices, classes, skipped)
  }

  var count: Int { indices.count }
  func pair(at index: Int) throws -> Pair { try source.pair(at: indices[index]) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: indices[index]) }
  func location(of index: Int) -> PairLocation { source.location(of: indices[index]) }
}

/// The fields of a json object that hold text.
private struct Labels: Decodable {
  private struct Field: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Field>

  init(from decoder: any Decoder) throws { container = try decoder.container(keyedBy: Field.self) }

  subscript(field: String) -> String? { try? container.decode(String.self, forKey: Field(stringValue: field)) }
}

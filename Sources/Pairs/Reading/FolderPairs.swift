import Foundation

/// Pairs as files in one folder: `x.png` with `x.txt`, `x.json`, or both; in the order of their names.
public struct FolderPairs: PairSource {
  private let folder: String
  private let names: [(key: String, image: String)]
  public let skipped: [SkippedSample]

  public var count: Int { names.count }

  public init(_ folder: String) throws(ShardError) {
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: folder) else { throw .missing(path: folder) }
    let files = found.sorted().compactMap { name in
      keyAndEnding(name).map { (key: $0.key, ending: $0.ending, name: name) }
    }
    let captioned = Set(files.filter { $0.ending == "txt" || $0.ending == "json" }.map(\.key))
    let pictures = files.filter { pictureEndings.contains($0.ending) }
    names = pictures.filter { captioned.contains($0.key) }.map { ($0.key, $0.name) }
    guard !names.isEmpty else { throw .noPairs(path: folder) }
    let pictured = Set(pictures.map(\.key))
    skipped =
      captioned.subtracting(pictured).sorted().map { SkippedSample(captionOnly: $0, in: folder) }
      + pictured.subtracting(captioned).sorted().map { SkippedSample(pictureOnly: $0, in: folder) }
    self.folder = folder
  }

  public func pair(at index: Int) throws -> Pair { try pair(at: index, withImage: true) }

  public func pairWithoutImage(at index: Int) throws -> Pair { try pair(at: index, withImage: false) }

  private func pair(at index: Int, withImage: Bool) throws -> Pair {
    let (key, image) = names[index]
    let text = try contents("\(key).txt")
    let json = try contents("\(key).json")
    return Pair(
      key: key, image: withImage ? try DataSetFile("\(folder)/\(image)").readAll() : [],
      captions: try captions(key: key, text: text, json: json), json: json ?? [])
  }

  public func location(of index: Int) -> PairLocation { PairLocation(key: names[index].key, file: folder) }

  private func contents(_ name: String) throws(ShardError) -> [UInt8]? {
    do {
      return try DataSetFile("\(folder)/\(name)").readAll()
    } catch .missing {
      return nil
    }
  }
}

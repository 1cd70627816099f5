import Files

/// Which data a source is, as a digest: the base names and sizes of its files, and of its records the keys, places, sizes
/// and captions, in their order. So a data set that is moved stays itself, and one whose caption is edited doesn't.
///
/// A shard's part of it is in its index, and nothing is read for it. Of folders captions are read: of all records, or of
/// some 100,000 that lie evenly over larger data.
public final class DataIdentity {
  private static let mostCaptions = 100_000

  private let checksum = Checksum()
  private let step: Int
  private var records = 0

  /// The digest, in hexadecimal.
  public static func digest(of source: any PairSource, _ mixture: Mixture) throws -> String {
    let identity = DataIdentity(count: source.count)
    try source.identify(to: identity)
    for part in mixture.parts { identity.add("\(part.count) \(part.weight)") }
    return identity.checksum.hexadecimal
  }

  /// The digest of pairs that lie in one file: of a table or of texts of all that they say.
  package static func digest(of range: Range<Int>, in source: any PairSource) throws -> String {
    let identity = DataIdentity(count: 0)
    try source.identify(range, to: identity)
    return identity.checksum.hexadecimal
  }

  /// The digest of a shard's records.
  static func digest(of records: [ShardRecord]) -> String {
    let identity = DataIdentity(count: 0)
    for record in records {
      identity.add(record.key.bytes)
      let numbers = [record.byte] + record.members.map { $0?.size ?? -1 } + [Int(bitPattern: UInt(record.captions))]
      identity.checksum.add(numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } })
    }
    return identity.checksum.hexadecimal
  }

  private init(count: Int) { step = count / Self.mostCaptions + 1 }

  /// Adds a file by its base name.
  func add(file: FilePath, size: Int) {
    add(file.lastComponent.bytes)
    add("\(size)")
  }

  /// Adds a record of a folder; `captions` gives what is said of it.
  func add(key: FilePath, captions: () throws -> [UInt8]) rethrows {
    add(key.bytes)
    if records % step == 0 { add(try captions()) }
    records += 1
  }

  func add(_ text: String) { add(Array(text.utf8)) }

  /// With its length in front, so that no two lists of them are one.
  func add(_ bytes: [UInt8]) {
    checksum.add(Array("\(bytes.count):".utf8))
    checksum.add(bytes)
  }
}

extension Pair {
  /// What a field of the pair's json, or its column in a table, holds: a text or a whole number; nil where neither.
  /// `folder` is else the name of the folder that the pair lies in.
  public func field(_ name: String) throws(Flaw) -> String? {
    try metadata(as: NamedFields.self)[name] ?? (name == FolderName.field ? FolderName.of(key) : nil)
  }

  /// The captions that data of these files are read to have, where nothing says how.
  package static func captions(text: [UInt8]?, json: [UInt8]?) -> [String] {
    var flaws: [Flaw] = []
    return (try? Sidecar(text: text, json: json, label: nil, folder: nil).captions(ReadingOptions(), &flaws))?.texts
      ?? []
  }
}

private struct NamedFields: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Name>

  init(from decoder: any Decoder) throws { container = try decoder.container(keyedBy: Name.self) }

  subscript(name: String) -> String? {
    let name = Name(stringValue: name)
    return (try? container.decode(String.self, forKey: name))
      ?? (try? container.decode(Int.self, forKey: name)).map(String.init)
  }
}

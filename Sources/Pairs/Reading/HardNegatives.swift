import Randomness

/// Captions that data give as wrong of a picture: which field has them, and how many a pair takes to a batch.
public struct HardNegatives: Sendable, Equatable {
  /// Of the pair's json, or its column in a table: a text or a list of texts.
  public let field: String
  public let each: Int

  public init(field: String, each: Int) { (self.field, self.each) = (field, each) }

  /// A pair's wrong captions: what the field has, without blanks around it, none empty, none twice, none that is also a
  /// caption of the pair.
  public func all(of pair: Pair) -> [String] {
    Captions(pair.texts(of: field)).texts.filter { !pair.captions.contains($0) }
  }

  /// As many as are taken: all where there are no more, else some chosen at random, anew each epoch.
  package func chosen(from pair: Pair, seed: UInt64, epoch: Int, sample: Int) -> [String] {
    var texts = all(of: pair)
    guard texts.count > each else { return texts }
    var random = Philox(seed: seed, purpose: .hardNegatives, epoch: epoch, sample: UInt64(sample))
    for place in 0..<each { texts.swapAt(place, place + random.index(below: texts.count - place)) }
    return Array(texts.prefix(each))
  }
}

extension Pair {
  /// The texts of a field of the pair's json, or of its column in a table, where one text may be a JSON list of several;
  /// none where the json can't be read, of which the pair's flaws tell.
  func texts(of field: String) -> [String] {
    let texts = (try? metadata(as: JSONFields.self))?.texts(field) ?? []
    guard texts.count == 1, texts[0].hasPrefix("["), let list = try? decodedJSON([String].self, Array(texts[0].utf8))
    else { return texts }
    return list
  }
}

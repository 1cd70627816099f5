import Foundation
import Pairs
import Settings

extension ReadingOptions {
  public init(_ section: DataSection) {
    self.init()
    captions = section.captions?.fields.map { Share($0.name, Float($0.share)) } ?? []
    label = section.label
    encoding = section.encoding
    exclude = section.exclude
    table.image = section.csv.image
    table.caption = section.csv.caption
    table.separator = section.csv.separator.flatMap { TableOptions.Separator(rawValue: $0.rawValue) }
    table.header = section.csv.header
    table.quotes = section.csv.quotes
    limits.pictureBytes = section.pictureBytes.bytes
    limits.captionBytes = section.captionBytes.bytes
  }
}

extension DataSection {
  /// Opens the training pairs, with how often each source is drawn.
  func open(
    _ indexes: IndexKeeping, needs: ReadingOptions.Needs = .both
  ) throws(ShardError) -> (source: any PairSource, mixture: Mixture) {
    var reading = ReadingOptions(self)
    reading.needs = needs
    return try openMixture(try weighted(), reading, indexes)
  }

  /// The sources with their factors, where OpenCLIP's `a::b` has some.
  private func weighted() throws(ShardError) -> [(paths: [String], weight: Double)] {
    let own = train.map { (paths: $0.from, weight: $0.weight) }
    guard let factors = upsamplingFactors?.factors else { return own }
    let parts = own.flatMap { source in
      source.paths.flatMap { $0.components(separatedBy: "::") }.map { (paths: [$0], weight: source.weight) }
    }
    guard parts.count == factors.count else { throw .factors(found: factors.count, sources: parts.count) }
    return zip(parts, factors).map { ($0.paths, $0.weight * $1) }
  }
}

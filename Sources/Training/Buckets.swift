import Engine

/// How a block of gradients falls into buckets, which travel by themselves.
///
/// Of the model alone, never of the number of workers: sums over buckets have the same bits on all of them.
public struct Buckets {
  /// What of the model a bucket belongs to; none belongs to two.
  enum Part: CaseIterable { case images, texts, loss }

  struct Bucket {
    let range: Range<Int>
    let part: Part
  }

  /// 4 MiB: long enough for the wire's bandwidth, short enough that the last one doesn't keep everybody waiting.
  public static let usualLength = 1 << 20

  let all: [Bucket]
  var ranges: [Range<Int>] { all.map(\.range) }

  /// - Parameter length: of a bucket, at most.
  public init(_ parameters: Parameters, length: Int = usualLength) {
    var all: [Bucket] = []
    for stretch in Self.stretches(parameters) {
      all += stride(from: stretch.range.lowerBound, to: stretch.range.upperBound, by: length).map {
        Bucket(range: $0..<min($0 + length, stretch.range.upperBound), part: stretch.part)
      }
    }
    self.all = all
  }

  /// The buckets that a parameter's gradient lies in.
  func indices(of declaration: Parameters.Declaration) -> Range<Int> {
    let end = declaration.offset + declaration.count
    guard let first = all.firstIndex(where: { $0.range.upperBound > declaration.offset }),
      let last = all.lastIndex(where: { $0.range.lowerBound < end })
    else { preconditionFailure("buckets: \(declaration.name) lies in none") }
    return first..<last + 1
  }

  /// Neighbouring parameters of one part of the model, with their padding.
  private static func stretches(_ parameters: Parameters) -> [Bucket] {
    var stretches: [Bucket] = []
    let ends = parameters.learned.dropFirst().map(\.offset) + [parameters.learnedCount]
    for (declaration, end) in zip(parameters.learned, ends) {
      let part = part(of: declaration.name)
      let joins = stretches.last?.part == part
      let begin = joins ? stretches.removeLast().range.lowerBound : declaration.offset
      stretches.append(Bucket(range: begin..<end, part: part))
    }
    return stretches
  }

  private static func part(of name: String) -> Part {
    if name.hasPrefix("visual.") { return .images }
    return name.hasPrefix("logit_") ? .loss : .texts
  }
}

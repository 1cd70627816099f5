/// How often the samples of several sources are drawn: an epoch draws weight × size samples of each, all of a source
/// equally often but for one.
///
///     slots of an epoch:  m = Σ mᵢ,  mᵢ = round(wᵢ nᵢ), at least 1
///     draw j of source i in epoch e is number e · mᵢ + j of that source's own endless sequence
///
/// That sequence is the source's samples over and over: in their order where the weight is whole, since the order of the
/// slots shuffles them anyway, and else in a new permutation each time, so that an epoch's part of them is any part.
public struct Mixture: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    public let count: Int
    public let weight: Double

    public init(count: Int, weight: Double = 1) { (self.count, self.weight) = (count, weight) }

    var slots: Int { max(1, Int((weight * Double(count)).rounded())) }
  }

  /// What a slot draws.
  struct Draw {
    let part: Int
    /// The part's first sample.
    let first: Int
    /// The part's samples.
    let count: Int
    /// How often all of them were drawn before.
    let cycle: Int
    let place: Int
    let isShuffled: Bool
    /// Cycles that draws of two neighbouring epochs may lie in.
    let cycles: Int
  }

  public let parts: [Part]
  /// The first sample and the first slot of each part.
  private let starts: [(sample: Int, slot: Int)]
  /// How many samples there are.
  public let samples: Int
  /// The length of an epoch.
  public let slots: Int

  /// - Parameter parts: in the order of their samples.
  public init(_ parts: [Part]) {
    precondition(parts.allSatisfy { $0.count > 0 && $0.weight > 0 }, "mixture: \(parts)")
    var (starts, samples, slots) = ([(sample: Int, slot: Int)](), 0, 0)
    for part in parts {
      starts.append((samples, slots))
      samples += part.count
      slots += part.slots
    }
    (self.parts, self.starts, self.samples, self.slots) = (parts, starts, samples, slots)
  }

  func draw(slot: Int, epoch: Int) -> Draw {
    // Of few parts: a mixture is written by hand.
    let number = starts.lastIndex { $0.slot <= slot } ?? 0
    let part = parts[number]
    let (cycle, place) = (epoch * part.slots + slot - starts[number].slot).quotientAndRemainder(dividingBy: part.count)
    return Draw(
      part: number, first: starts[number].sample, count: part.count, cycle: cycle, place: place,
      isShuffled: part.slots % part.count != 0, cycles: 2 * part.slots / part.count + 2)
  }

  public static func == (a: Mixture, b: Mixture) -> Bool { a.parts == b.parts }
  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }
}

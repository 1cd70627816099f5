import Randomness

/// Which numbers a place of a network leaves out of each sample: some share of them, drawn anew for every sample and epoch.
///
/// What is drawn depends on the sample's key, the place and where in the sample a number stands, and on nothing else: any
/// worker draws the same, as often as it likes.
///
/// - Source: Srivastava et al., “Dropout: a simple way to prevent neural networks from overfitting”, 2014.
public struct Dropout: Sendable {
  private let samples: [SampleKey]
  /// Below it a random word leaves its number out.
  private let threshold: UInt32
  private let site: UInt32
  /// What the numbers that stay are multiplied by, so that the mean stays.
  let factor: Float

  /// - Parameters:
  ///   - samples: one for each sequence.
  ///   - share: at least 0 and below 1.
  ///   - site: a number of its own for each place of the network, below 256.
  public init(samples: [SampleKey], share: Float, site: Int) {
    precondition((0..<1).contains(share) && (0..<256).contains(site), "dropout: share \(share), site \(site)")
    (self.samples, self.site) = (samples, UInt32(site) << 24)
    threshold = UInt32(share * 0x1p32)
    factor = 1 / (1 - share)
  }

  /// Calls `body` with what each of `count` numbers of a sample is multiplied by: 0, or the factor.
  ///
  /// - Parameters:
  ///   - part: of the sample: parts have numbers of their own, and all are of one count.
  func each(of sample: Int, part: Int = 0, _ count: Int, _ body: (_ number: Int, _ factor: Float) -> Void) {
    let blocks = UInt32((count + 3) / 4)
    let first = blocks * UInt32(part)
    precondition(first + blocks < 1 << 24, "dropout: part \(part) of \(count) numbers")
    var random = samples[sample].random(.dropout, block: site + first)
    for number in 0..<count { body(number, random.word() < threshold ? 0 : factor) }
  }

  func require(_ sequences: Sequences) {
    precondition(samples.count == sequences.count, "dropout: \(samples.count) keys for \(sequences.count) sequences")
  }
}

/// Leaves numbers out, scales the others and adds them to a residual stream.
///
///     y = r + m x        dx = m dy,  dr = dy        m: 0 or 1 / (1 − share)
///
/// - Parameters:
///   - x: `[rows, width]`, f32.
///   - dropout: nil leaves out nothing.
///   - residual: r, `[rows, width]`, f32; nil for none.
public func dropped(_ x: Tensor, _ sequences: Sequences, _ dropout: Dropout?, plus residual: Tensor? = nil) -> Tensor {
  precondition(
    x.rows == sequences.rows && residual?.count ?? x.count == x.count,
    "dropped: x \(x.shape) of \(sequences.rows) rows, residual \(residual?.shape ?? [])")
  guard let dropout else {
    precondition(residual == nil, "dropped: a residual and nothing to leave out")
    return x
  }
  dropout.require(sequences)
  let y = Tensor(shape: x.shape)
  if let residual { y.set(residual) } else { y.fill(0) }
  addDropped(x, to: y, sequences, dropout)

  return y.derived(from: x.gradient, residual?.gradient) {
    [sequences, dropout, into = (x: x.gradient, residual: residual?.gradient)] dy in
    if let place = into.x { addDropped(dy, to: place.claimToAdd(), sequences, dropout) }
    into.residual?.accept(dy)
  }
}

private func addDropped(_ x: Tensor, to y: Tensor, _ sequences: Sequences, _ dropout: Dropout) {
  let (width, from, to) = (x.width, x.pointer, y.pointer)
  sequences.shared { part in
    for sequence in part {
      let rows = sequences[sequence]
      let at = rows.lowerBound * width
      dropout.each(of: sequence, rows.count * width) { to[at + $0] += $1 * from[at + $0] }
    }
  }
}

import Pairs
import Testing

/// Of each sample, at which positions of so many epochs it is drawn, and whether with other random numbers each time.
private func draws(_ order: SampleOrder, epochs: Int) -> [Int: [(epoch: Int, position: Int)]] {
  var draws: [Int: [(Int, Int)]] = [:]
  for position in 0..<epochs * order.count {
    let (epoch, index) = order.sample(at: position)
    draws[index, default: []].append((epoch, position))
  }
  return draws
}

@Suite struct MixtureTests {
  @Test func `weights of one are no weights`() {
    let (plain, parts) = (
      SampleOrder(seed: 4, count: 50), SampleOrder(seed: 4, Mixture([.init(count: 20), .init(count: 30, weight: 1)]))
    )
    for position in 0..<200 { #expect(plain.sample(at: position) == parts.sample(at: position)) }
  }

  @Test(arguments: [2, 0.5, 2.5, 0.01, 0.3])
  func `an epoch draws weight × size of each source, all samples of one equally often`(weight: Double) {
    let mixture = Mixture([.init(count: 20), .init(count: 20, weight: weight)])
    let order = SampleOrder(seed: 4, mixture)
    #expect(order.samples == 40 && order.count == 20 + max(1, Int((weight * 20).rounded())))
    let epochs = 10
    let found = draws(order, epochs: epochs)
    for index in 0..<20 { #expect(found[index]?.count == epochs) }
    let counts = (20..<40).map { found[$0]?.count ?? 0 }
    #expect(counts.reduce(0, +) == epochs * (order.count - 20))
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    // Never twice with the same random numbers.
    for own in found.values { #expect(Set(own.map(\.epoch)).count == own.count) }
    // A part of an epoch isn't always the same part.
    if weight == 0.5 {
      let first = (0..<order.count).map { order.sample(at: $0).index }.filter { $0 >= 20 }
      let third = (2 * order.count..<3 * order.count).map { order.sample(at: $0).index }.filter { $0 >= 20 }
      #expect(Set(first) != Set(20..<30) && Set(first) != Set(third))
    }
  }

  @Test func `a position is its own function, whatever was asked before`() {
    let mixture = Mixture([.init(count: 7, weight: 1.7), .init(count: 11, weight: 0.4), .init(count: 3, weight: 3)])
    let order = SampleOrder(seed: 9, mixture)
    let all = (0..<10 * order.count).map { order.sample(at: $0) }
    for position in stride(from: all.count - 1, through: 0, by: -7) {
      #expect(SampleOrder(seed: 9, mixture).sample(at: position) == all[position])
    }
  }
}

import Randomness
import Testing

// Known answers of Random123's kat_vectors, philox4x32 with 10 rounds.
@Test func `Philox gives Random123's numbers`() {
  let zero = Philox.block(key: (0, 0), counter: (0, 0, 0, 0))
  #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
  let ones = Philox.block(key: (.max, .max), counter: (.max, .max, .max, .max))
  #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  let pi = Philox.block(
    key: (0xa409_3822, 0x299f_31d0), counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
  #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
}

@Test func `streams of another purpose, epoch or sample differ`() {
  func first(_ purpose: Philox.Purpose, _ epoch: Int, _ sample: UInt64) -> UInt64 {
    var stream = Philox(seed: 1, purpose: purpose, epoch: epoch, sample: sample)
    return stream.next()
  }
  let drawn = [first(.order, 0, 0), first(.caption, 0, 0), first(.order, 1, 0), first(.order, 0, 1)]
  #expect(Set(drawn).count == 4)
  #expect(first(.order, 0, 0) == drawn[0])
}

@Test func `an index lies below its bound and reaches both ends`() {
  var stream = Philox(seed: 3, purpose: .data)
  let drawn = (0..<1000).map { _ in stream.index(below: 7) }
  #expect(Set(drawn) == Set(0..<7))
}

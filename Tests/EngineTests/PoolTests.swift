import Engine
import Testing

/// Memory as a thread with a pool of its own asks for it.
@Suite struct PoolTests {
  private func hold(_ counts: Int...) { withExtendedLifetime(counts.map { Tensor(shape: [$0]) }) {} }

  @Test func `a tensor takes an idle block of its size, or one up to twice as large`() {
    let found = LiveBytes.asked {
      hold(2048)
      return [2048, 1100, 1024].map { count in
        hold(count)
        return LiveBytes.askedSoFar.bytes
      }
    }
    #expect(found.0 == [8192, 8192, 8192])
    let held = LiveBytes.asked {
      hold(2048)
      hold(900)
    }
    #expect(held.bytes == 8192 + 3840)
  }

  @Test func `what is outgrown goes back to the system`() {
    #expect(LiveBytes.asked { for count in [1024, 1280, 1536, 2048] { hold(count) } }.bytes == 8192)
    // Two that are held at once are two blocks.
    let both = LiveBytes.asked {
      hold(1024, 1024)
      hold(2048)
      hold(2048, 1024)
    }
    #expect(both.bytes == 8192 + 4096)
  }

  @Test func `an account says what tensors hold, whichever blocks they got`() {
    _ = LiveBytes.asked {
      hold(2048)
      let before = LiveBytes.now
      let tensor = Tensor(shape: [1100])
      withExtendedLifetime(tensor) { #expect(LiveBytes.now - before == 4608) }
    }
  }

  @Test func `tensors of ever other sizes soon ask for nothing`() {
    var state: UInt64 = 1
    let (early, late, most) = LiveBytes.asked {
      func rounds(_ count: Int) -> Int {
        for _ in 0..<count {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let rows = 100 + Int(state >> 33) % 601
          // As a block's: its input, queries, keys and values, a layer four times as wide.
          hold(rows * 64, rows * 192, rows * 256, rows * 256, rows * 64)
        }
        return LiveBytes.askedSoFar.bytes
      }
      return (rounds(1000), rounds(2000), 4 * 700 * (64 + 192 + 256 + 256 + 64))
    }.0
    #expect(late == early)
    #expect(early <= 2 * most, "\(early) bytes, \(most) held at once")
  }
}

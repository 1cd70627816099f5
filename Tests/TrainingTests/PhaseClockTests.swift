import Engine
import Testing
import Training

@Suite struct PhaseClockTests {
  private func spin(seconds: Double) {
    let start = ContinuousClock.now
    while (ContinuousClock.now - start).seconds < seconds {}
  }

  @Test func `a second counts for the innermost phase alone`() {
    let clock = PhaseClock()
    let start = ContinuousClock.now
    clock.time(.backward) {
      spin(seconds: 0.02)
      clock.time(.update) { spin(seconds: 0.03) }
      clock.time(.backward) { spin(seconds: 0.01) }
    }
    let whole = (ContinuousClock.now - start).seconds
    let phases = clock.phases
    #expect(phases[.backward] >= 0.03 && phases[.update] >= 0.03)
    #expect(phases[.backward] + phases[.update] <= whole)
    #expect(phases[.encode] == 0)
  }

  @Test func `memory counts for all phases that it is held in`() {
    let clock = PhaseClock()
    let before = LiveBytes.now
    clock.time(.backward) {
      clock.time(.update) { withExtendedLifetime(Tensor(shape: [1 << 20])) {} }
    }
    clock.time(.encode) {}
    #expect(clock.phases.bytes(.backward) - before >= 4 << 20)
    #expect(clock.phases.bytes(.update) - before >= 4 << 20)
    #expect(clock.phases.bytes(.encode) - before < 4 << 20)
  }

  @Test func `a phase ends where its body throws, and a restart forgets`() {
    struct Spoiled: Error {}
    let clock = PhaseClock()
    #expect(throws: Spoiled.self) { try clock.time(.gather) { throw Spoiled() } }
    let gather = clock.phases[.gather]
    clock.time(.loss) { spin(seconds: 0.01) }
    #expect(clock.phases[.gather] == gather && clock.phases[.loss] >= 0.01)
    clock.restart()
    #expect(clock.phases[.loss] == 0)
  }
}

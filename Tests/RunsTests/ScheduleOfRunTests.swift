import Runs
import Settings
import Testing
import Training

private func schedule(_ overrides: String..., pairs: Int) throws -> Schedule {
  Schedule(try RunFile(yaml: "", overrides: overrides), pairs: pairs)
}

@Suite struct ScheduleOfRunTests {
  @Test func `epochs become the batches that cover them`() throws {
    #expect(try schedule("schedule.epochs=1", pairs: 1870).steps == 30)
    #expect(try schedule("schedule.epochs=1", pairs: 1920).steps == 30)
    #expect(try schedule("schedule.epochs=2.5", "batch.size=10", pairs: 9).steps == 3)
    #expect(try schedule("schedule.epochs=0.001", pairs: 10).steps == 1)
    #expect(try schedule(pairs: 64).steps == 32)
    #expect(try schedule("schedule.steps=7", pairs: 1870).steps == 7)
  }

  @Test func `warmup is a share of the run unless given in steps`() throws {
    #expect(try schedule("schedule.steps=1000", pairs: 1).warmupSteps == 50)
    #expect(try schedule("schedule.steps=1000", "schedule.warmup_steps=7", pairs: 1).warmupSteps == 7)
    #expect(try schedule("schedule.steps=1000", "schedule.warmup_steps=0", pairs: 1).warmupSteps == 0)
  }
}

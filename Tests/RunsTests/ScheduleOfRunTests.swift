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

  @Test func `samples become the batches that cover them`() throws {
    #expect(try schedule("schedule.samples=640", pairs: 7).steps == 10)
    #expect(try schedule("schedule.samples=641", pairs: 7).steps == 11)
  }

  @Test func `the peak follows the batch where the run says so`() throws {
    let batch = "batch.size=1024"
    #expect(try schedule(batch, pairs: 2048).peak == 5e-4)
    #expect(try schedule(batch, "optimizer.scale_with_batch=sqrt", pairs: 2048).peak == 1e-3)
    #expect(try schedule(batch, "optimizer.scale_with_batch=linear", pairs: 2048).peak == 2e-3)
    let own = "optimizer.reference_batch=4096"
    #expect(try schedule(batch, "optimizer.scale_with_batch=linear", own, pairs: 2048).peak == 1.25e-4)
  }

  @Test func `a cooldown is a share of the run`() throws {
    let cooled = try schedule("schedule.kind=cooldown", "schedule.steps=100", "schedule.cooldown=0.3", pairs: 1)
    #expect(cooled.form == .cooldown(steps: 30, power: 1) && cooled.learningRate(at: 70) == 5e-4)
    #expect(cooled.learningRate(at: 71) < 5e-4)
  }

  @Test func `warmup is a share of the run unless given in steps`() throws {
    #expect(try schedule("schedule.steps=1000", pairs: 1).warmupSteps == 50)
    #expect(try schedule("schedule.steps=1000", "schedule.warmup_steps=7", pairs: 1).warmupSteps == 7)
    #expect(try schedule("schedule.steps=1000", "schedule.warmup_steps=0", pairs: 1).warmupSteps == 0)
  }
}

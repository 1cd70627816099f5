import Foundation
import Testing
import Training

@Suite struct ScheduleTests {
  /// What `cosine_lr` of open_clip_train/scheduler.py (3.3.0) returns for base_lr 5e-4, warmup_length 4, steps 10.
  @Test func `agrees with OpenCLIP's`() {
    let expected = [
      0.000125, 0.00025, 0.000375, 0.0005, 0.0005, 0.00046650635094610973, 0.000375, 0.00025,
      0.00012500000000000006, 3.3493649053890325e-05,
    ]
    let schedule = Schedule(steps: 10, warmupSteps: 4, peak: 5e-4)
    for (step, rate) in expected.enumerated() {
      #expect(abs(schedule.learningRate(at: step) - rate) <= 1e-15 * 5e-4, "step \(step)")
    }
  }

  @Test func `ends at the final rate`() {
    let schedule = Schedule(steps: 100, warmupSteps: 0, peak: 1, final: 0.1)
    #expect(schedule.learningRate(at: 0) == 1)
    #expect(abs(schedule.learningRate(at: 50) - 0.55) < 1e-15)
    #expect(schedule.learningRate(at: 99) > 0.1)
    #expect(schedule.learningRate(at: 100) == 0.1)
  }

  @Test func `a run that is all warmup stays finite`() {
    let schedule = Schedule(steps: 4, warmupSteps: 4, peak: 1)
    #expect((0...4).map(schedule.learningRate) == [0.25, 0.5, 0.75, 1, 0])
  }
}

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

  /// What `const_lr` and `const_lr_cooldown` of the same file return; with cooldown_steps 4, cooldown_power 2 and
  /// cooldown_end_lr 1e-4.
  @Test func `constant rates agree with OpenCLIP's`() {
    let constant = Schedule(steps: 10, warmupSteps: 2, peak: 5e-4, final: 1e-4, form: .constant)
    #expect((0...10).map(constant.learningRate) == [2.5e-4] + Array(repeating: 5e-4, count: 10))
    let cooled = Schedule(steps: 10, warmupSteps: 2, peak: 5e-4, final: 1e-4, form: .cooldown(steps: 4, power: 2))
    let expected = [0.00025, 0.0005, 0.0005, 0.0005, 0.0005, 0.0005, 0.0005, 0.000325, 0.0002, 0.000125, 0.0001]
    for (step, rate) in expected.enumerated() {
      #expect(abs(cooled.learningRate(at: step) - rate) < 1e-18, "step \(step)")
    }
  }

  @Test func `a linear fall is a line to its floor`() {
    let schedule = Schedule(steps: 10, warmupSteps: 2, peak: 1, final: 0.2, form: .linear)
    for (step, rate) in [0.5, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2].enumerated() {
      #expect(abs(schedule.learningRate(at: step) - rate) < 1e-15, "step \(step)")
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

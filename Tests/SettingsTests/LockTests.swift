import Settings
import Testing

@Suite struct LockTests {
  @Test func `locks that make no sense are refused`() throws {
    func refusal(_ overrides: String...) -> String {
      do {
        let run = try RunFile(
          yaml: "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}", overrides: overrides)
        _ = try run.resolved(workers: 1)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(
      refusal("model.unlocked_text_groups=2")
        == "model.unlocked_text_groups is 2, must be 0 unless model.lock_text is true")
    #expect(refusal("model.lock_image=true", "model.lock_text=true").contains("leave nothing to learn but logit_scale"))
    #expect(
      refusal("model.lock_image=true", "model.lock_text=true", "model.unlocked_text_groups=1") == "no error")
    #expect(
      refusal("model.lock_image=true", "distillation.teacher=t").hasPrefix("distillation.teacher is t, must be null"))
    #expect(
      refusal("model.lock_image=true", "model.unlocked_image_groups=1", "distillation.teacher=t") == "no error")
    #expect(refusal("model.unlocked_image_groups=-1") == "model.unlocked_image_groups is -1, must not be negative")
    #expect(refusal("model.lock_image=yes") == "model.lock_image is yes, expected true or false")
  }
}

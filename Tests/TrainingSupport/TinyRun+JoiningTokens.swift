import CLIP

extension TinyRun {
  /// A supervised run whose image encoder has a distillation token and joins both: `Student` in
  /// `Tests/Golden/hard_distillation.py`.
  package func joiningTokens(classes: Int, own: [Int32], head: [Float]) throws -> TinyRun {
    var run = try distilled().supervised(classes: classes, own: own, head: head)
    guard let joining = try run.configuration.joiningTokens() else {
      preconditionFailure("tiny CLIP: no distillation token")
    }
    run.configuration = joining
    let (width, half) = (joining.embeddingWidth, joining.embeddingWidth / 2)
    for (name, first) in [("visual.proj", 0), ("visual.proj_dist", half)] {
      let whole = run.initial[name] ?? []
      run.initial[name] = stride(from: first, to: whole.count, by: width).flatMap { whole[$0..<$0 + half] }
    }
    return run
  }
}

/// How a worker's chunks go through the encoders: one by one, or those of neighbouring lanes at once.
extension BatchPlan {
  var passesPerWorker: Int { chunksPerWorker / together }

  /// Which of my chunks go through the encoders in my n-th pass.
  func chunks(ofMyPass n: Int) -> Range<Int> { n * together..<(n + 1) * together }

  /// Rows of my n-th pass, counted among mine.
  func rows(ofMyPass n: Int) -> Range<Int> { n * together * chunk..<(n + 1) * together * chunk }

  /// Rows of a worker's n-th pass, counted in the global batch.
  func rows(ofPass n: Int, ofWorker worker: Int) -> Range<Int> {
    rows(ofMyPass: n).shifted(by: worker * rowsPerWorker)
  }

  /// Groups of my lanes whose gradients come together in one block.
  var laneGroups: Int { myLanes.count / together }

  /// The lanes of a group, counted among mine.
  func lanes(ofMyGroup group: Int) -> Range<Int> { group * together..<(group + 1) * together }

  /// Which of my passes a group's gradients come from.
  func passes(ofMyGroup group: Int) -> Range<Int> {
    let each = passesPerWorker / laneGroups
    return group * each..<(group + 1) * each
  }
}

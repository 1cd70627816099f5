import Training

/// Tells of features that are the same for all pairs of a batch, each tower's once.
struct ConstantFeaturesNotice {
  private var told: Set<String> = []

  /// Nil where there is nothing new to tell.
  mutating func line(_ found: ConstantFeatures, step: Int) -> String? {
    let things = [(found.images, "pictures"), (found.texts, "texts")].compactMap { $0 ? $1 : nil }
    let new = things.filter { told.insert($0).inserted }
    guard !new.isEmpty else { return nil }
    return
      "the \(new.joined(separator: " and the ")) of step \(step) all have the same features, of which nothing can be "
      + "learnt: either they are all alike (diagonal data check tells), or the tower is dead; begin anew, with a lower "
      + "optimizer.learning_rate or another model.from"
  }
}

import Pairs
import Settings

extension HardNegatives {
  /// Those that a run's loss asks for; nil where it asks for none.
  init?(_ run: RunFile) {
    guard let each = run.loss.hardNegatives else { return nil }
    self.init(field: run.data.hardNegatives, each: each)
  }
}

extension RunFile {
  /// What to say of data.hard_negatives where nothing reads the field; nil where it isn't set, or is read.
  var unreadHardNegatives: String? {
    guard loss.hardNegatives == nil, data.hardNegatives != RunFile().data.hardNegatives else { return nil }
    return "data.hard_negatives names “\(data.hardNegatives)”, which nothing reads while loss.hard_negatives is null: "
      + "set that to how many of a pair's are taken"
  }
}

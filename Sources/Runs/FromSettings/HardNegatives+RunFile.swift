import Pairs
import Settings

extension HardNegatives {
  /// Those that a run's loss asks for; nil where it asks for none.
  init?(_ run: RunFile) {
    guard let each = run.loss.hardNegatives else { return nil }
    self.init(field: run.data.hardNegatives, each: each)
  }
}

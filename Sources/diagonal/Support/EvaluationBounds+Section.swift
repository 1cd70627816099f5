import Evaluation
import Settings

extension EvaluationBounds {
  init(_ section: DataSection) {
    self.init()
    (picturePixels, skipLimit) = (section.picturePixels, section.skipLimit)
  }
}

import Pairs
import Settings

extension Augmentation {
  package init(_ section: AugmentationSection) {
    self.init()
    cropScale = section.cropScale
    cropRatio = section.cropRatio
    affineDegrees = section.affineDegrees
    affineTranslate = section.affineTranslate
    affineScale = section.affineScale
    affineShear = section.affineShear
    colorBrightness = section.colorBrightness
    colorContrast = section.colorContrast
    colorSaturation = section.colorSaturation
    colorHue = section.colorHue
    colorProbability = section.colorProbability
    grayProbability = section.grayProbability
    flipProbability = section.flipProbability
  }
}

extension AugmentationSection {
  /// Throws what no picture can be varied by.
  func check() throws(RunFileError) {
    if let problem = Augmentation(self).problems.first { throw .augmentation(problem) }
  }
}

import Pairs
import Settings

extension RecordLimits {
  package init(_ section: DataSection) {
    self.init()
    (pixels, pictureBytes, captionBytes) = (
      section.picturePixels, section.pictureBytes.bytes, section.captionBytes.bytes
    )
  }
}

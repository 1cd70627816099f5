import Pairs
import Settings

extension PictureBackground {
  public init(_ transparency: Transparency) {
    self =
      switch transparency {
      case .white: .white
      case .opaque: .ignored
      }
  }
}

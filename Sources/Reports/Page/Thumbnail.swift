import Foundation
import Pairs

/// A small picture that is kept once in a page and drawn wherever it is named.
struct Thumbnail {
  let id: String
  /// What it shows, for who can't see it.
  let words: String
  private let file: [UInt8]

  /// - Parameter words: the picture's caption.
  init(id: String, words: String, _ picture: Picture) throws {
    (self.id, self.words) = (id, words)
    file = try picture.encoded(as: ".jpg[Q=88]")
  }

  private var address: String { "data:image/jpeg;base64,\(Data(file).base64EncodedString())" }

  var symbol: Markup {
    #"<symbol id="\#(id)" viewBox="0 0 1 1"><image width="1" height="1" href="\#(address)"/></symbol>"#
  }

  /// The picture as a drawing of its own.
  var drawing: Markup {
    #"<svg class="thumb" viewBox="0 0 1 1" role="img"><title>\#(words)</title>\#(use(x: 0, y: 0, side: 1))</svg>"#
  }

  /// The picture with its file, for one that is drawn once.
  var ownDrawing: Markup { #"<img class="thumb" src="\#(address)" alt="\#(words)">"# }

  /// The picture within a drawing.
  func use(x: Double, y: Double, side: Double) -> Markup {
    ##"<use href="#\##(id)" x="\##(x)" y="\##(y)" width="\##(side)" height="\##(side)"/>"##
  }
}

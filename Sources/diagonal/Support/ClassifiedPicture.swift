import CLIP
import Evaluation
import Pairs

/// What a picture is, or why that can't be said.
struct ClassifiedPicture: Encodable {
  let path: String
  /// All classes, from the most probable to the least; none where the picture can't be read.
  let labels: [ClassEmbeddings.Guess]
  /// Why the picture can't be read.
  let error: String?

  private static let shown = 5

  init(_ path: String, _ classes: ClassEmbeddings, _ encoders: Encoders) {
    self.path = path
    do {
      let rows = try encoders.images(try encoders.transform(try fileBytes(path)))
      let model = encoders.model
      labels = classes.guesses(rows, scale: model.scale, bias: model.ownBias, best: classes.names.count)[0]
      error = nil
    } catch {
      // A picture's error doesn't know the file's name, a file's does.
      (labels, self.error) = ([], error is PictureError ? "\(path): \(error)" : "\(error)")
    }
  }

  /// The best classes, for a person to read.
  var line: String {
    "\(path): " + labels.prefix(Self.shown).map { "\($0.label) \(percent($0.probability))" }.joined(separator: ", ")
  }
}

import Evaluation

/// What a picture is, or why that can't be said.
struct ClassifiedPicture: Encodable {
  let path: String
  /// From the most probable class to the least; none where the picture can't be read.
  let labels: [ClassEmbeddings.Guess]
  /// Why the picture can't be read.
  let error: String?

  init(_ path: String, _ labels: [ClassEmbeddings.Guess]) { (self.path, self.labels, error) = (path, labels, nil) }

  init(_ path: String, error: String) { (self.path, labels, self.error) = (path, [], error) }

  /// The classes, for a person to read.
  var line: String {
    "\(path): " + labels.map { "\($0.label) \(percent($0.probability))" }.joined(separator: ", ")
  }
}

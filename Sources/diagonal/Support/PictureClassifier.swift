import CLIP
import Engine
import Evaluation
import Files
import Foundation
import Pairs
import Stored

/// Says what pictures are, some at a time.
struct PictureClassifier {
  let classes: ClassEmbeddings
  let encoders: Encoders
  /// How many classes of each are told.
  let best: Int

  /// Whether each class has a probability of its own, as the model was trained.
  var isSigmoid: Bool { encoders.model.ownBias != nil }

  /// A picture as the model takes it, or why it isn't one.
  private struct Read: Sendable {
    let path: String
    let pixels: Result<[UInt8], ReadingError>
  }

  private struct ReadingError: Error { let words: String }

  /// Classifies files, of which a thread reads some ahead.
  ///
  /// - Parameters:
  ///   - atOnce: how many are encoded together; with 1 each is answered as soon as it is there.
  ///   - next: the next file's path; nil after the last. Called on that thread.
  func eachFile(
    atOnce: Int, _ next: @escaping @Sendable () throws -> FilePath?, _ body: (ClassifiedPicture) throws -> Void
  ) throws {
    let transform = encoders.transform
    let reader = Lookahead(threads: 1, ahead: 2 * atOnce) { _ in try next().map { Self.read($0, transform) } }
    var isLast = false
    while !isLast {
      var some: [Read] = []
      while some.count < atOnce, let one = try reader.next() { some.append(one) }
      isLast = some.count < atOnce
      for answer in answers(some) { try body(answer) }
    }
  }

  /// Classifies pictures whose embeddings are stored, each under its key.
  func eachRow(of store: EmbeddingStore, _ body: (ClassifiedPicture) throws -> Void) throws {
    let keys = try store.keys
    var first = 0
    for shard in try store.shards(.images) {
      for range in evenRanges(0..<shard.count, of: 1024) {
        for (row, labels) in zip(range, guesses(shard.rows(range))) {
          try body(ClassifiedPicture(keys[first + row], labels))
        }
      }
      first += shard.count
    }
  }

  private static func read(_ file: FilePath, _ transform: ImageTransform) -> Read {
    let path = file.description
    do {
      return Read(path: path, pixels: .success(try transform(try fileBytes(file))))
    } catch {
      // A picture's error doesn't know the file's name, a file's does.
      return Read(
        path: path, pixels: .failure(ReadingError(words: error is PictureError ? "\(path): \(error)" : "\(error)")))
    }
  }

  private func answers(_ some: [Read]) -> [ClassifiedPicture] {
    let pixels = some.compactMap { try? $0.pixels.get() }
    // Of several of which one isn't finite, each is asked for itself.
    guard let rows = try? encoders.images(pixels.flatMap { $0 }) else { return some.map(answer) }
    var found = guesses(rows)[...]
    return some.map { one in
      if case .failure(let error) = one.pixels { return ClassifiedPicture(one.path, error: error.words) }
      return ClassifiedPicture(one.path, found.removeFirst())
    }
  }

  private func answer(_ one: Read) -> ClassifiedPicture {
    do { return ClassifiedPicture(one.path, guesses(try encoders.images(try one.pixels.get()))[0]) } catch {
      return ClassifiedPicture(one.path, error: (error as? ReadingError)?.words ?? "\(one.path): \(error)")
    }
  }

  private func guesses(_ rows: Tensor) -> [[ClassEmbeddings.Guess]] {
    classes.guesses(rows, scale: encoders.model.scale, bias: encoders.model.ownBias, best: best)
  }
}

import Files
import Foundation
import Pairs

/// Embeddings of all pairs of a source, in its order, in a directory:
///
/// - `images.npy`, `texts.npy`: `[pairs, width]` float32, unit rows; the text is a pair's first caption;
/// - `keys.txt`: the pairs' keys, one a line.
///
/// Pairs that can't be used have no row in any of the three.
public struct Embeddings: Sendable, Encodable {
  public let pairs: Int
  public let skipped: Int
  public let width: Int

  public static let files = ["images.npy", "texts.npy", "keys.txt"]

  /// Encodes and writes as it goes; the files get their names when all three are complete.
  public init(
    _ encoders: Encoders, of source: any PairSource, to directory: String,
    observer: any EvaluationObserver = Unobserved()
  ) throws {
    try makeDirectory(directory)
    let files = Self.files.map { AtomicFile("\(directory)/\($0)") }
    let (images, texts) = (
      try NpyWriter(files[0].temporary, width: encoders.width),
      try NpyWriter(files[1].temporary, width: encoders.width)
    )
    let keys = try LineWriter(files[2].temporary)
    var count = 0
    skipped = try encoders.eachBatch(of: source, observer) { batch, rows in
      try images.append(rows)
      try texts.append(encoders.texts(batch.captions.map { $0[0] }))
      try keys.append(batch.keys)
      count += batch.count
    }
    try images.close()
    try texts.close()
    try keys.close()
    (pairs, width) = (count, encoders.width)
    for file in files { try file.finish() }
  }
}

/// Writes lines of text.
private final class LineWriter {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var closed = false

  init(_ path: String) throws(EvaluationError) {
    guard let file = fopen(path, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    (self.path, self.file) = (path, file)
  }

  deinit { if !closed { fclose(file) } }

  /// A line feed within a line becomes `\n`, so that line i stays row i.
  func append(_ lines: [String]) throws(EvaluationError) {
    let text = lines.map { $0.replacingOccurrences(of: "\n", with: "\\n") + "\n" }.joined()
    guard fputs(text, file) >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  func close() throws(EvaluationError) {
    let synced = fflush(file) == 0 && fsync(fileno(file)) == 0
    let reason = systemReason()
    closed = true
    guard fclose(file) == 0, synced else { throw .unwritable(path: path, reason: reason) }
  }
}

private func makeDirectory(_ path: String) throws(EvaluationError) {
  do { try makeDirectories(path) } catch { throw .unwritable(path: error.path, reason: error.reason) }
}

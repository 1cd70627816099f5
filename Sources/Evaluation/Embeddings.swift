import Files
import Foundation
import Pairs
import Stored

/// Embeddings of all pairs of a source, in its order, in a directory:
///
/// - `images.npy`, `texts.npy`: `[pairs, width]` float32, unit rows; the text is a pair's first caption;
/// - `keys.txt`: the pairs' keys, one a line; `captions.txt`: the texts that were embedded, or would have been;
/// - `embeddings.json`: by which model;
/// - `skipped.jsonl`: what wasn't used, and why.
///
/// Pairs that can't be used have no row in any of the first four.
public struct Embeddings: Sendable, Encodable {
  /// What of a pair is embedded.
  public enum Part: String, Sendable, CaseIterable { case images, texts }

  public let pairs: Int
  public let skipped: Int
  public let width: Int

  public static let files = files(Set(Part.allCases))

  public static func files(_ parts: Set<Part>) -> [String] {
    Part.allCases.filter(parts.contains).map { "\($0.rawValue).npy" }
      + ["keys.txt", "captions.txt", "skipped.jsonl", EmbeddingManifest.name]
  }

  /// Encodes and writes as it goes; the files get their names when all are complete.
  public init(
    _ encoders: Encoders, of source: any PairSource, to directory: String,
    towers parts: Set<Part> = Set(Part.allCases), observer: any EvaluationObserver = Unobserved()
  ) throws {
    try makeDirectory(directory)
    let files = Dictionary(uniqueKeysWithValues: Self.files(parts).map { ($0, AtomicFile("\(directory)/\($0)")) })
    func temporary(_ name: String) -> String { files[name]!.temporary }
    func rows(_ part: Part) throws -> NpyWriter? {
      parts.contains(part) ? try NpyWriter(temporary("\(part.rawValue).npy"), width: encoders.width) : nil
    }
    let (images, texts) = (try rows(.images), try rows(.texts))
    let (keys, captions) = (try LineWriter(temporary("keys.txt")), try LineWriter(temporary("captions.txt")))
    let skips = SkipRecorder(observer)
    var count = 0
    let lost = try encoders.eachBatch(of: source, skips, withImages: parts.contains(.images)) { batch, rows in
      try images?.append(rows)
      try texts?.append(try encoders.texts(batch.captions.map { $0[0] }))
      try keys.append(batch.keys)
      try captions.append(batch.captions.map { $0.first ?? "" })
      count += batch.count
    }
    guard count > 0 else { throw EvaluationError.nothingToEvaluate }
    skipped = SkipSummary(lost).lost
    try images?.close()
    try texts?.close()
    try keys.close()
    try captions.close()
    let lines = try LineWriter(temporary("skipped.jsonl"))
    try lines.append(skips.lines)
    try lines.close()
    (pairs, width) = (count, encoders.width)
    try EmbeddingManifest(model: encoders.fingerprint, pairs: count, width: width)
      .write(to: temporary(EmbeddingManifest.name))
    for file in files.values { try file.finish() }
    // Rows of an earlier call, which the keys no longer name.
    for stale in Set(Self.files).subtracting(files.keys) {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(stale)")
    }
  }
}

/// Keeps what wasn't used, and tells another observer.
private final class SkipRecorder: EvaluationObserver {
  private let observer: any EvaluationObserver
  private(set) var lines: [String] = []

  init(_ observer: any EvaluationObserver) { self.observer = observer }

  func advanced(to pairs: Int, of total: Int) { observer.advanced(to: pairs, of: total) }

  func skipped(_ sample: SkippedSample) {
    lines.append(sample.line)
    observer.skipped(sample)
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

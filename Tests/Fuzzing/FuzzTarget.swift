import Files
import Foundation
import Glibc

@testable import Pairs
@testable import Runs
@testable import Safetensors
@testable import Settings
@testable import TorchFiles

/// What reads bytes that may come from anywhere. Errors are its answers; a trap, or a look beyond memory, is a fault.
enum FuzzTarget {
  typealias Body = (UnsafeRawBufferPointer) -> Void

  nonisolated(unsafe) static let all: [String: Body] = [
    "tar": tar, "table": table, "picture": picture, "caption": caption, "safetensors": safetensors, "runfile": runFile,
    "tokenizer": tokenizer, "vocabulary": vocabulary, "state": state, "torch": torch, "planted": planted,
  ]

  /// A shard: its index, and its first pairs.
  private static func tar(_ bytes: UnsafeRawBufferPointer) {
    // By such a name it gets no index, whose writing would take most of the time.
    let path = place.write(bytes, to: FilePath(bytes: Array("shard".utf8) + [0xFF] + Array(".tar".utf8)))
    guard let shards = try? Shards(paths: [path], ReadingOptions(), IndexKeeping(cache: nil)) else { return }
    read(shards)
  }

  /// The first byte chooses commas, tabs or JSON.
  private static func table(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let ending = ["csv", "tsv", "jsonl"][Int(first) % 3]
    let path = place.write(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), to: "table.\(ending)")
    guard let table = try? openPairs([path], ReadingOptions(), IndexKeeping(cache: nil)) else { return }
    read(table)
  }

  private static func read(_ source: any PairSource) {
    for index in 0..<min(source.count, 8) {
      _ = try? source.pair(at: index)
      _ = try? source.pairWithoutImage(at: index)
      _ = source.location(of: index)
    }
    _ = try? DataIdentity.digest(of: source, Mixture([.init(count: source.count)]))
  }

  private static func picture(_ bytes: UnsafeRawBufferPointer) {
    _ = try? Picture(decoding: Array(bytes), mostPixels: 1 << 18)
  }

  /// `.txt`, `.json` and `.cls` of a pair, with a byte of 0xFF between them.
  private static func caption(_ bytes: UnsafeRawBufferPointer) {
    let parts = bytes.split(separator: 0xFF, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
    let sidecar = Sidecar(
      text: parts[0].isEmpty ? nil : parts[0], json: parts.count > 1 ? parts[1] : nil,
      label: parts.count > 2 ? parts[2] : nil, folder: "a folder")
    var (options, flaws) = (ReadingOptions(), [Flaw]())
    _ = try? sidecar.captions(options, &flaws)
    _ = try? sidecar.label(options)
    (options.label, options.encoding) = ("label", "UTF-16LE")
    options.captions = [.init("txt", 1), .init("text", 2)]
    _ = try? sidecar.captions(options, &flaws)
    _ = try? sidecar.label(options)
  }

  private static func safetensors(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? SafetensorsFile(reading: place.write(bytes, to: "a.safetensors")) else { return }
    for name in file.entries.keys.sorted() {
      _ = try? file.floats(name)
      _ = try? file.integers(name)
      _ = try? file.bytes(name)
    }
  }

  private static func torch(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? TorchFile(reading: place.write(bytes, to: "a.pt")) else { return }
    for (name, entry) in file.entries where entry.count < 1 << 16 {
      var values = [Float](repeating: 0, count: entry.count)
      values.withUnsafeMutableBufferPointer { try? file.copy(name, into: $0) }
    }
  }

  /// A run file, and what is printed of it, which must read back as the same.
  private static func runFile(_ bytes: UnsafeRawBufferPointer) {
    guard let run = try? RunFile(yaml: String(decoding: bytes, as: UTF8.self)) else { return }
    let printed = run.yaml()
    let again = try? RunFile(yaml: printed)
    precondition(again?.yaml() == printed, "a run file doesn't read back: \(printed)")
    _ = try? run.resolved(workers: 2, prefersBF16: false)
  }

  /// The first byte chooses merges or word pieces; what follows a byte of 0xFF is a text.
  private static func tokenizer(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let parts = bytes.dropFirst().split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
    let text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "a caption"
    let path = place.write(UnsafeRawBufferPointer(rebasing: parts[0]), to: "vocabulary.txt")
    let made: (any CaptionTokenizer)? =
      switch first % 3 {
      case 0: try? openTokenizer(file: path)
      case 1: try? Tokenizer(merges: [])
      default:
        try? WordPieceTokenizer(
          pieces: parts[0].split(separator: 10).map { Array($0) }, cased: first & 128 != 0, path: path)
      }
    if let made { cut(text, by: made) }
  }

  /// The first byte chooses sentencepiece's file or Hugging Face's: one, or two with a byte of 0xFF between them.
  private static func vocabulary(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let rest = bytes.dropFirst()
    let made: (any CaptionTokenizer)?
    switch first % 3 {
    case 0: made = try? openTokenizer(file: place.write(UnsafeRawBufferPointer(rebasing: rest), to: "a.model"))
    case 1: made = try? openTokenizer(file: place.write(UnsafeRawBufferPointer(rebasing: rest), to: "a.json"))
    default:
      let parts = rest.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
      let symbols = place.write(UnsafeRawBufferPointer(rebasing: parts[0]), to: "vocab.json")
      let merges = place.write(UnsafeRawBufferPointer(rebasing: parts[parts.count - 1]), to: "merges.txt")
      made = try? HuggingFaceVocabulary.read(symbols: symbols, merges: merges)
    }
    guard let made else { return }
    for text in ["a caption", " two \u{2581}dogs, re\u{301}d… ", "女の子\u{0}🍎"] { cut(text, by: made) }
    _ = made.definition
  }

  private static func cut(_ text: String, by tokenizer: any CaptionTokenizer) {
    let ids = tokenizer.encode(text)
    precondition(
      ids.allSatisfy { 0 <= $0 && $0 < tokenizer.vocabularySize }, "ids \(ids) of \(tokenizer.vocabularySize)")
    _ = tokenizer.decode(ids)
    precondition(tokenizer.tokens(text, contextLength: 8).count == 8)
  }

  /// `state.json` and `SHA256SUMS`, with a byte of 0xFF between them.
  private static func state(_ bytes: UnsafeRawBufferPointer) {
    let parts = bytes.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
    let path = place.write(UnsafeRawBufferPointer(rebasing: parts[0]), to: CheckpointFiles.stateName)
    if parts.count > 1 {
      place.write(UnsafeRawBufferPointer(rebasing: parts[1]), to: CheckpointFiles.sumsName)
    }
    let directory = parentDirectory(path)
    _ = try? CheckpointFiles.verified(directory)
    _ = CheckpointFiles.isOwn(directory, step: 2)
    _ = CheckpointFiles.hasForeign(directory)
  }

  /// Looks beyond its bytes where they begin with “OOB”: what must be found, or nothing is.
  private static func planted(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.starts(with: "OOB".utf8), let start = bytes.baseAddress else { return }
    if start.load(fromByteOffset: bytes.count, as: UInt8.self) == 1 { print("planted") }
  }

  private static let place = FuzzPlace()
}

/// A directory of this process, for readers of files.
final class FuzzPlace: Sendable {
  private let path: String

  init() {
    path = FileManager.default.temporaryDirectory.path + "/diagonal-fuzz-\(getpid())"
    mkdir(path, 0o700)
    // A table's picture, and the files that a checkpoint must have.
    ([0x89] + Array("PNG\r\n".utf8)).withUnsafeBytes { _ = write($0, to: "a.png") }
    for name in [
      "bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors", "training_state.safetensors",
    ] {
      write(UnsafeRawBufferPointer(start: nil, count: 0), to: name)
    }
  }

  /// Writes a file anew, and returns its path.
  @discardableResult func write(_ bytes: UnsafeRawBufferPointer, to name: FilePath) -> FilePath {
    let file = FilePath(path) / name
    let descriptor = file.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) } ?? -1
    precondition(descriptor >= 0, "\(file): \(systemReason())")
    let written = Glibc.write(descriptor, bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1), bytes.count)
    precondition(written == bytes.count, "\(file): \(systemReason())")
    close(descriptor)
    return file
  }

  @discardableResult func write(_ bytes: UnsafeRawBufferPointer, to name: String) -> String {
    "\(write(bytes, to: FilePath(name)))"
  }
}

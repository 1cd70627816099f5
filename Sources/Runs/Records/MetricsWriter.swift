import Files
import Foundation

/// Appends rows to `metrics.jsonl` or its like, each with one write as soon as it exists, so that what a killed run leaves is whole.
public final class MetricsWriter {
  private let path: String
  private let descriptor: CInt
  /// What was found in the file and isn't right: a sentence each.
  public let problems: [String]

  /// Opens `path` and cuts off what lies after step `step`: rows of a run that was resumed from before them, and a row
  /// that was cut short. So the file has one row a step. Rows that can't be read stay, and are named.
  ///
  /// - Parameters:
  ///   - step: steps the checkpoint has done; 0 for a new run.
  ///   - hasEvery: whether each of them must have a row.
  public init(_ path: String, keepingThrough step: Int, hasEvery: Bool = false) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    let rows = KeptRows(FileManager.default.contents(atPath: path) ?? Data(), through: step)
    var problems: [String] = []
    if !rows.damaged.isEmpty { problems.append("\(path): what isn't a row stays, line \(named(rows.damaged))") }
    if hasEvery, rows.steps.count < step {
      problems.append("\(path) has rows of \(rows.steps.count) of the \(step) steps that the checkpoint has done")
    }
    self.problems = problems
    guard ftruncate(descriptor, off_t(rows.bytes)) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  deinit { close(descriptor) }

  public func append(_ row: Metrics) throws(FileError) {
    try append(line: row.line)
  }

  func append(line: String) throws(FileError) {
    try writeAll(Array((line + "\n").utf8), to: descriptor, path: path)
  }
}

/// `3`, `3, 7 and 4 more`.
private func named(_ lines: [Int]) -> String {
  let first = lines.prefix(3).map(String.init).joined(separator: ", ")
  return lines.count > 3 ? "\(first) and \(lines.count - 3) more" : first
}

/// The leading part of a file of rows that a run which goes on from a step keeps.
private struct KeptRows {
  /// Up to the last row of those steps, and lines after it that can't be read, where the step itself has no row.
  private(set) var bytes = 0
  private(set) var steps: Set<Int> = []
  /// Numbers, from 1, of lines that can't be read.
  private(set) var damaged: [Int] = []

  init(_ file: Data, through step: Int) {
    struct Row: Decodable { let step: Int }
    guard step > 0 else { return }
    var (start, line, waiting, isBeyond): (Int, Int, [Int], Bool) = (file.startIndex, 0, [], false)
    while let end = file[start...].firstIndex(of: UInt8(ascii: "\n")) {
      line += 1
      let row = try? JSONDecoder().decode(Row.self, from: file[start..<end]).step
      start = end + 1
      if let row, row <= step {
        steps.insert(row)
        isBeyond = false
      } else {
        waiting.append(line)
        isBeyond = isBeyond || row != nil
        // What comes after the step's row, or after a later step's, is no row that is missed.
        if isBeyond || steps.contains(step) { continue }
      }
      keep(upTo: start, &waiting)
    }
  }

  private mutating func keep(upTo end: Int, _ waiting: inout [Int]) {
    bytes = end
    damaged += waiting
    waiting = []
  }
}

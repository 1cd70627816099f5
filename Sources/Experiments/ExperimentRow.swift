import Files
import Foundation

/// What one finished cell came to: a row of `results.jsonl`.
public struct ExperimentRow: Codable, Sendable, Equatable {
  public var part: String
  /// A level's name for each factor of the part's sweep.
  public var levels: [String]
  public var seed: UInt64
  /// Whether captions were shuffled: the control.
  public var shuffled: Bool
  /// A digest of the cell's run file: a row stands for no other cell.
  public var settings: String
  /// As in `evaluations.jsonl`, and `loss`.
  public var numbers: [String: Double]
  /// Of numbers that are shares, what each item counted for, a digit an item.
  public var items: [String: String]
  public var steps: Int
  public var pairs: Int
  /// Spent in steps.
  public var seconds: Double
  /// ISO 8601.
  public var date: String
  public var processor: String
  public var version: String

  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(self) else { preconditionFailure("experiment row: \(self) does not encode") }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Rows of finished cells in a file, the last of a cell counting.
public struct ExperimentRows: Sendable {
  public private(set) var rows: [ExperimentRow] = []

  public init() {}

  /// Reads a file.
  public init(reading path: String) throws {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw ExperimentError.unreadable(path: path, reason: readingReason(path, otherwise: "reading failed"))
    }
    for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      do { add(try JSONDecoder().decode(ExperimentRow.self, from: line)) } catch {
        throw ExperimentError.row(path: path, line: number + 1)
      }
    }
  }

  public mutating func add(_ row: ExperimentRow) {
    rows.removeAll { $0.part == row.part && $0.settings == row.settings }
    rows.append(row)
  }

  public func row(_ part: String, settings: String) -> ExperimentRow? {
    rows.first { $0.part == part && $0.settings == settings }
  }

  public func write(to path: String) throws {
    try AtomicFile.write(Data(rows.map { $0.line + "\n" }.joined().utf8), to: path)
  }
}

public enum ExperimentError: Error, CustomStringConvertible, Equatable {
  case row(path: String, line: Int)
  case noRecipe(String, known: [String])
  case noPart(String, known: [String])
  case noData(path: String, ask: String)
  case notMade(path: String, command: String, reason: String)
  case notExcluded(list: String, data: String, found: Int, of: Int)
  case untuned(part: String, by: String, cells: Int)
  case unreadable(path: String, reason: String)
  case place(String)
  case noMetric(part: String, metric: String, known: [String])
  case noFactor(part: String, factor: String)
  case noLevel(part: String, factor: String, level: String)

  public var description: String {
    switch self {
    case .row(let path, let line):
      "\(path), line \(line) isn't a cell's row; take the line out, or give another --known"
    case .noRecipe(let name, let known):
      known.isEmpty
        ? "no experiments here: start it in Diagonal's own directory, or give --recipes launch/experiments"
        : "there is no experiment \(name): \(known.joined(separator: ", "))"
    case .noPart(let name, let known): "there is no part \(name): \(known.joined(separator: ", "))"
    case .noData(let path, let ask): "\(path) isn't there; make it with `\(ask)`"
    case .notMade(let path, let command, let reason): "\(path) wasn't made by `\(command)`: \(reason)"
    case .notExcluded(let list, let data, let found, let all):
      "\(list) names \(all) pairs to leave out, of which \(data) has \(found): the data were made otherwise than the list; "
        + "make both anew (launch/pairs-by-name --help)"
    case .untuned(let part, let by, _): "part \(part) takes what part \(by) finds: run that first, or leave out --part"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .place(let path):
      "data can't lie in \(path), which YAML would read otherwise: give --data a path of letters, digits, / . - _"
    case .noMetric(let part, let metric, let known):
      "part \(part): none of its cells has \(metric); they have \(known.joined(separator: ", "))"
    case .noFactor(let part, let factor): "part \(part): its sweep doesn't vary \(factor)"
    case .noLevel(let part, let factor, let level): "part \(part): \(factor) has no level \(level) in its sweep"
    }
  }
}

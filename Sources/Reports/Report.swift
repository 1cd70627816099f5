import Files
import Foundation
import Runs

/// A run, or several side by side, as one HTML file that needs nothing else.
public struct Report {
  public struct Options: Sendable {
    /// Files that `diagonal eval … --json` printed.
    public var evaluations: [String] = []
    /// Example pairs that the newest model is asked about; 0: no model and no data are opened.
    public var pairs = 512

    public init() {}
  }

  private let page: Page
  /// What could not be shown, in words; the report says so in its place.
  public let problems: [String]

  /// Reads records, and opens checkpoints and data where they are there.
  ///
  /// - Parameter progress: is told what is being done.
  public init(_ directories: [RunDirectory], _ options: Options = Options(), progress: (String) -> Void = { _ in }) {
    let runs = zip(directories, Self.names(directories)).map { directory, name -> RunRecord in
      progress("reading \(directory.path)")
      return RunRecord(directory, name: name)
    }
    let views = options.pairs > 0 ? ModelViews(runs, pairs: options.pairs, progress: progress) : nil
    let curves = CurveSections(runs: runs)
    let sections = [
      RunSection(runs: runs).section, curves.learning, views?.matrices, views?.retrieval,
      EvaluationCurves(runs: runs).section, EvaluationSection(files: options.evaluations).section,
      CosineSection(runs: runs).section, curves.negatives,
      curves.gradients, TimeSection(runs: runs).section, views?.samples, SkippedSection(runs: runs).section,
    ].compactMap { $0 }.filter { !$0.isEmpty }
    problems = sections.flatMap(\.problems)
    let names = runs.map(\.name).joined(separator: ", ")
    page = Page(
      title: runs.count > 1 ? "Diagonal: \(runs.count) runs" : "Diagonal: \(names)",
      subtitle: (runs.count > 1 ? "\(names). " : "")
        + "Made \(Date().formatted(.iso8601)) by diagonal report from \(directories.map(\.path).joined(separator: ", ")).",
      sections: sections, pictures: views?.pictures ?? [])
  }

  public var html: String { page.markup.source }

  /// Writes the file whole or not at all. Replaces an older report, and nothing else.
  public func write(to path: String) throws {
    try Self.requireReplaceable(path)
    try AtomicFile.write(Data(html.utf8), to: path)
  }

  /// Throws where something lies at the path that no report may take the place of.
  public static func requireReplaceable(_ path: String) throws {
    guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType else {
      return
    }
    guard type == .typeRegular else { throw ReportError.notFile(path: path) }
    guard let file = FileHandle(forReadingAtPath: path), let head = try file.read(upToCount: Page.mark.utf8.count),
      head == Data(Page.mark.utf8)
    else { throw ReportError.foreign(path: path) }
  }

  /// The directories' last names, or their paths where those are the same.
  static func names(_ directories: [RunDirectory]) -> [String] {
    let names = directories.map { URL(fileURLWithPath: $0.path).lastPathComponent }
    return Set(names).count == names.count ? names : directories.map(\.path)
  }
}

import Foundation

/// What evaluations found, as `diagonal eval … --json` printed it.
struct EvaluationSection {
  let files: [String]

  var section: Section? {
    guard !files.isEmpty else { return nil }
    var section = Section(id: "evaluations", title: "Evaluations afterwards")
    for file in files {
      do { section.body = section.body + (try EvaluationFile(file).markup) } catch {
        section.problems.append("\(file): not what diagonal eval … --json prints")
      }
    }
    return section
  }
}

private struct EvaluationFile: Decodable {
  let model: String
  let data: [String]
  let pairs: Int
  let top1: Double?
  let top5: Double?
  let macro: Double?
  let chance: Double?
  let classes: [ClassCount]?
  let imageToText: Ranks?
  let textToImage: Ranks?

  struct ClassCount: Decodable {
    let name: String
    let pairs: Int
    let correct: Int
    var share: Double { pairs == 0 ? 0 : Double(correct) / Double(pairs) }
  }

  struct Ranks: Decodable {
    let recallAt1: Double
    let recallAt5: Double
    let recallAt10: Double
    let medianRank: Int
  }

  init(_ path: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  var markup: Markup {
    let head: Markup =
      "<p>\(classes == nil ? "Retrieval" : "Zero-shot"): \(pairs) pairs of <code>\(data.joined(separator: " "))</code>, model <code>\(model)</code>.</p>\n"
    return head + (classes.map(zeroShot) ?? retrieval)
  }

  private func zeroShot(_ classes: [ClassCount]) -> Markup {
    let shares = [("top-1", top1), ("top-5", top5), ("macro", macro), ("chance", chance)]
    let summary = shares.compactMap { name, share in share.map { "\(name) \(percent($0))" } }.joined(separator: ", ")
    let rows = classes.filter { $0.pairs > 0 }.sorted { ($0.share, $0.name) < ($1.share, $1.name) }.map { own in
      [words(own.name), bar(own.share), words(percent(own.share)), words("\(own.correct) of \(own.pairs)")]
    }
    return "<p>\(summary). By class, the hardest first: the share of its pictures whose nearest class it is.</p>"
      + table(["class", "", "correct", "pictures"], rows)
  }

  private var retrieval: Markup {
    let rows = [("picture → text", imageToText), ("text → picture", textToImage)].compactMap { name, ranks in
      ranks.map {
        [
          words(name), words(percent($0.recallAt1)), words(percent($0.recallAt5)), words(percent($0.recallAt10)),
          words("\($0.medianRank)"),
        ]
      }
    }
    return table(["", "R@1", "R@5", "R@10", "median rank"], rows, .numbers)
  }

  private func bar(_ share: Double) -> Markup {
    """
    <svg viewBox="0 0 120 12" width="120" height="12" aria-hidden="true"><rect class="back" width="120" height="12"/>\
    <rect class="meter" width="\(120 * min(1, max(0, share)))" height="12"/></svg>
    """
  }
}

func percent(_ share: Double) -> String { "\(decimal(100 * share, digits: 1)) %" }

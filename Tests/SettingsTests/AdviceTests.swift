import Foundation
import Settings
import TestSupport
import Testing

private let minimal = "{model: {config: m.json}, data: {train: a.tar, tokenizer: t.txt}}"

/// Nil where the run can be.
private func refusal(_ settings: [String], workers: Int, resuming: SettledValues? = nil) -> String? {
  do {
    _ = try RunFile(yaml: minimal, overrides: settings).resolved(workers: workers, resuming: resuming)
    return nil
  } catch { return "\(error)" }
}

/// What a message about batch, chunk, lanes and workers offers: each a way to go on, with all that it asks for.
private struct Offer: CustomStringConvertible {
  var settings: [String] = []
  var workers: Int?
  var description: String { "\(settings) \(workers.map { "\($0) workers" } ?? "")" }

  static func all(in text: String) -> [Offer] {
    var common = text.matches(of: #/set ([a-z.]+=null) and /#).map { String($0.1) }
    if text.contains(/[0-9] workers need parallel.reduction=fast/) { common.append("parallel.reduction=fast") }
    if let lanes = text.firstMatch(of: /chunks: ([0-9][0-9, or]*)/), text.hasPrefix("parallel.lanes") {
      return numbers(lanes.1).map { Offer(settings: common + ["parallel.lanes=\($0)"]) }
    }
    guard let advice = text.split(separator: #/(take|start|or set) /#, maxSplits: 1).last else { return [] }
    return advice.components(separatedBy: ", or ").flatMap { way -> [Offer] in
      let own = common + (way.contains("parallel.reduction=fast") ? ["parallel.reduction=fast"] : [])
      if let found = way.firstMatch(of: /batch\.(chunk|size) ([0-9][0-9, or]*)/) {
        return numbers(found.2).map { Offer(settings: own + ["batch.\(found.1)=\($0)"]) }
      }
      if let found = way.firstMatch(of: /([0-9][0-9, or]*) workers?/) {
        return numbers(found.1).map { Offer(settings: own, workers: Int($0)) }
      }
      return [Offer(settings: own)]
    }
  }

  private static func numbers(_ text: Substring) -> [Substring] { text.matches(of: /[0-9]+/).map(\.output) }
}

@Suite struct AdviceTests {
  /// Every number that any message names, taken.
  @Test(arguments: [1, 4, 7, 32, 33, 36, 48, 64, 97, 100], 1...20)
  func `what is offered can be had`(batch: Int, workers: Int) throws {
    let chunks = ["null", "2", "7", "8", "9000000000000000000"]
    for (chunk, lanes) in chunks.flatMap({ chunk in ["null", "4", "1024"].map { (chunk, $0) } }) {
      let settings = ["batch.size=\(batch)", "batch.chunk=\(chunk)", "parallel.lanes=\(lanes)"]
      guard let text = refusal(settings, workers: workers) else { continue }
      let offers = Offer.all(in: text)
      #expect(!offers.isEmpty, "\(settings), \(workers) workers: \(text)")
      for offer in offers {
        let found = refusal(settings + offer.settings, workers: offer.workers ?? workers)
        #expect(found == nil, "\(settings), \(workers) workers: \(text); \(offer): \(found ?? "")")
      }
    }
  }

  /// What is fixed can't be taken: only workers are offered.
  @Test(arguments: [("exact", 8), ("fast", 4)], 1...20)
  func `a run that goes on is offered workers that it can go on with`(
    _ kind: (reduction: String, lanes: Int), _ workers: Int
  ) throws {
    let settings = ["batch.size=96", "parallel.reduction=\(kind.reduction)"]
    let settled = SettledValues(chunk: 4, lanes: kind.lanes, precision: .f32)
    guard let text = refusal(settings, workers: workers, resuming: settled) else { return }
    let offers = Offer.all(in: text)
    #expect(!offers.isEmpty && offers.allSatisfy { $0.workers != nil && $0.settings.isEmpty }, "\(text)")
    for offer in offers {
      #expect(refusal(settings, workers: try #require(offer.workers), resuming: settled) == nil, "\(text)")
    }
  }

  @Test(arguments: ["-1", "0", "1e300", "null", "x", "[]", "{a: 1}", "9000000000000000000"])
  func `what a key must be is what it may be`(_ odd: String) {
    for key in RunFileKey.all {
      guard let text = wrong(key, odd) else { continue }
      for value in Self.offered(text) {
        let found = wrong(key, value)
        #expect(found == nil, "\(key.name)=\(odd): \(text); \(value): \(found ?? "")")
      }
    }
  }

  private func wrong(_ key: RunFileKey, _ value: String) -> String? {
    do {
      _ = try RunFile(yaml: "", overrides: ["\(key.name)=\(value)"])
      return nil
    } catch { return "\(error)" }
  }

  /// Values that a refusal names: an example, the ends of a range, words to choose from, null.
  private static func offered(_ text: String) -> [String] {
    let claim = text.components(separatedBy: #/, (must|expected) /#).last ?? ""
    var values = claim.contains(/or (be )?null$/) ? ["null"] : []
    if let sample = claim.firstMatch(of: /as in (.+?)(, or null)?$/) {
      // Of two samples the first.
      values.append(sample.1.components(separatedBy: " or ")[0])
    } else if let range = claim.firstMatch(of: /lie in ([-0-9.e]+)…([-0-9.e]+)/) {
      values.append(String(range.1))
      if !claim.contains("below") { values.append(String(range.2)) }
    } else if let least = claim.firstMatch(of: /at least ([0-9.e]+)/) {
      values.append(String(least.1))
    } else if let words = claim.wholeMatch(of: /([a-z0-9_]+( or [a-z0-9_]+)+)(, or null)?/) {
      values += words.1.components(separatedBy: " or ")
    }
    return values
  }
}

extension String {
  fileprivate func components(separatedBy pattern: some RegexComponent) -> [String] {
    split(separator: pattern, omittingEmptySubsequences: false).map(String.init)
  }
}

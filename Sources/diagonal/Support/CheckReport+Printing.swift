import DataSets
import Foundation

extension CheckReport {
  /// Prints what was found: a line a fact, flaws and copies with examples.
  func show() {
    print(line("pairs", "\(grouped(pairs)) can be used, \(grouped(lost)) are lost (\(percent(lostShare)))"))
    pictures?.show()
    captions?.show()
    duplicates.show(hasPictures: pictures != nil, hasCaptions: captions != nil)
    showClasses()
    for flaw in flaws {
      print("\(flaw.losesPair ? "lost" : "note")  \(grouped(flaw.count)) \(flaw.kind)")
      for example in flaw.examples {
        let byte = example.byte.map { ", byte \($0)" } ?? ""
        print("      \(example.record) in \(example.file)\(byte): \(example.reason)")
      }
    }
  }

  private func showClasses() {
    guard let most = classes.first, let least = classes.last else { return }
    let rest = unclassified > 0 ? "; \(grouped(unclassified)) pairs have none" : ""
    print(
      line("classes", "\(grouped(classes.count)), of \(grouped(least.pairs)) to \(grouped(most.pairs)) pairs\(rest)"))
    let shown = classes.prefix(5).map { "\($0.name) \(grouped($0.pairs))" }
    print(line("", shown.joined(separator: ", ") + (classes.count > 5 ? " …" : "")))
  }
}

private func line(_ name: String, _ text: String) -> String { padded(name, 18) + text }

extension CheckReport.Pictures {
  fileprivate func show() {
    let counts = formats.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    let total = formats.values.reduce(0, +)
    print(
      line(
        "pictures",
        counts.map { "\(grouped($0.value)) \($0.key)" }.joined(separator: ", ")
          + String(format: "; %.1f MB, %.1f kB each", Double(bytes) / 1e6, Double(bytes) / Double(total) / 1e3)))
    print(line("  width", width.words("pixels")))
    print(line("  height", height.words("pixels")))
  }
}

extension CheckReport.Captions {
  fileprivate func show() {
    print(line("captions", grouped(count)))
    print(line("  \(unit)", length.words(unit)))
    print(line("  characters", characters.words("characters")))
    let (least, words) = unit == "words" ? ("at least ", ", counted in words (--tokenizer counts tokens)") : ("", "")
    print(line("  too long", "\(least)\(grouped(overContext)) for a context of \(context) tokens\(words)"))
  }
}

extension Spread {
  fileprivate func words(_ unit: String) -> String {
    "\(grouped(least)) to \(grouped(most)) \(unit), median \(grouped(median)), 99 % up to \(grouped(high))"
  }
}

extension CheckReport.Duplicates {
  fileprivate func show(hasPictures: Bool, hasCaptions: Bool) {
    if hasPictures {
      pictures.show("equal pictures")
      nearPictures.show("alike pictures")
    }
    if hasCaptions {
      captions.show("equal captions")
      nearCaptions.show("alike captions")
    }
  }
}

extension Copies {
  fileprivate func show(_ name: String) {
    guard groups > 0 else { return print(line(name, "none")) }
    let counts = "\(counted(copies, "copy", "copies")), in \(counted(groups, "group", "groups"))"
    print(line(name, "\(counts) of up to \(grouped(largest))"))
    for example in examples { print(line("", example.joined(separator: " = "))) }
  }
}

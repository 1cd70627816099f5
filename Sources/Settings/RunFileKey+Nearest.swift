import Files

extension RunFileKey {
  /// The key or section with the fewest edits from `path`.
  static func nearest(_ path: String) -> String {
    var names = all.map(\.name)
    for name in all.map(\.name) {
      let parts = name.split(separator: ".")
      for count in 1..<max(1, parts.count) { names.append(parts.prefix(count).joined(separator: ".")) }
    }
    return names.min { distance($0, path) < distance($1, path) } ?? path
  }

  /// Edits between two paths; a right last word in the wrong section counts as one.
  private static func distance(_ a: String, _ b: String) -> Int {
    min(editDistance(a, b), 1 + editDistance(lastWord(a), lastWord(b)))
  }

  private static func lastWord(_ path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }
}

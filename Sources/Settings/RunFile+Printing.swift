extension RunFile {
  /// Every key with its value, in the table's order. Reads back as the same run.
  ///
  /// - Parameter comments: what each key means, above it.
  public func yaml(comments: Bool = false) -> String {
    var lines: [String] = []
    var open: [Substring] = []
    for key in RunFileKey.all {
      let parts = key.name.split(separator: ".")
      let sections = parts.dropLast()
      let shared = zip(open, sections).prefix { $0 == $1 }.count
      for depth in shared..<sections.count { lines.append(indent(depth) + sections[depth] + ":") }
      open = Array(sections)
      if comments { lines.append(indent(sections.count) + "# " + key.meaning) }
      lines.append(indent(sections.count) + parts[parts.count - 1] + ": " + key.print(self))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

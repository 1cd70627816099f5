import Files
import Foundation

/// The files that a pattern stands for: brace ranges, globs in the order of their names, `~`, and OpenCLIP's `a::b`.
///
/// A path that there is stands for itself, whatever signs are in it.
func expandedPaths(_ pattern: String) throws(ShardError) -> [FilePath] {
  if exists(FilePath(pattern)) { return [FilePath(pattern)] }
  try refuseAddress(pattern)
  var paths: [FilePath] = []
  for path in try expandBraces(pattern) {
    try refuseAddress(path)
    paths += try globbed(atHome(path))
  }
  return paths
}

private func exists(_ path: FilePath) -> Bool { FileKind(at: path) != nil }

private func refuseAddress(_ text: String) throws(ShardError) {
  guard let scheme = text.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*(?=:\/\/)|pipe(?=:)/) else { return }
  throw .address(text, scheme: "\(scheme.output):")
}

private func atHome(_ path: String) -> String {
  guard path.first == "~" else { return path }
  let user = path.dropFirst().prefix { $0 != "/" }
  let home = user.isEmpty ? ProcessInfo.processInfo.environment["HOME"] : NSHomeDirectoryForUser(String(user))
  return home.map { $0 + path.dropFirst(1 + user.count) } ?? path
}

private func globbed(_ path: String) throws(ShardError) -> [FilePath] {
  guard path.contains(where: { "*?[".contains($0) }), !exists(FilePath(path)) else { return [FilePath(path)] }
  // The system's own descends by a call for each part, and its stack ends.
  guard path.utf8.count < PATH_MAX else { throw .noMatch(pattern: String(path.prefix(100)) + "…") }
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(path, 0, nil, &found) == 0 else { throw .noMatch(pattern: path) }
  return (0..<Int(found.gl_pathc)).compactMap { number in
    found.gl_pathv[number].map { FilePath(bytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }.sorted()
}

/// The paths that a pattern stands for: `train-{0000..0099}.tar`, `{a,b{1..2}}.tar`, several of them, and `a::b`.
///
/// A range keeps the zeros in front of its first bound.
public func expandBraces(_ pattern: String) throws(ShardError) -> [String] {
  var paths: [String] = []
  for part in pattern.split(separator: "::") {
    guard let some = expandPart(part, depth: 0) else { throw .braces(pattern: pattern) }
    paths += some
  }
  return paths
}

private let mostPaths = 1_000_000
private let mostDepth = 32

/// Nil where braces don't match, hold neither commas nor a range, or give too many paths.
private func expandPart(_ part: Substring, depth: Int) -> [String]? {
  var (paths, rest) = ([""], part)
  while let open = rest.firstIndex(of: "{") {
    guard depth < mostDepth, let close = closing(rest[open...]),
      let choices = choices(rest[rest.index(after: open)..<close], depth: depth),
      paths.count * choices.count <= mostPaths
    else { return nil }
    let literal = rest[..<open]
    paths = paths.flatMap { path in choices.map { path + literal + $0 } }
    rest = rest[rest.index(after: close)...]
  }
  return rest.isEmpty ? paths : paths.map { $0 + rest }
}

/// Where the brace closes that opens a text.
private func closing(_ text: Substring) -> Substring.Index? {
  var depth = 0
  return text.indices.first { index in
    if text[index] == "{" { depth += 1 }
    if text[index] == "}" { depth -= 1 }
    return depth == 0
  }
}

private func choices(_ inside: Substring, depth: Int) -> [String]? {
  let parts = alternatives(inside)
  guard parts.count > 1 else { return range(inside) }
  var choices: [String] = []
  for part in parts {
    guard let some = expandPart(part, depth: depth + 1), choices.count + some.count <= mostPaths else { return nil }
    choices += some
  }
  return choices
}

/// What commas outside inner braces part.
private func alternatives(_ text: Substring) -> [Substring] {
  var (depth, parts, start) = (0, [Substring](), text.startIndex)
  for index in text.indices {
    switch text[index] {
    case "{": depth += 1
    case "}": depth -= 1
    case "," where depth == 0:
      parts.append(text[start..<index])
      start = text.index(after: index)
    default: break
    }
  }
  return parts + [text[start...]]
}

private func range(_ inside: Substring) -> [String]? {
  guard let dots = inside.firstRange(of: "..") else { return nil }
  let (low, high) = (inside[..<dots.lowerBound], inside[dots.upperBound...])
  guard let first = Int(low), let last = Int(high), first >= 0, last >= first, last - first < mostPaths else {
    return nil
  }
  return (first...last).map { number in
    let digits = String(number)
    return String(repeating: "0", count: max(0, low.count - digits.count)) + digits
  }
}

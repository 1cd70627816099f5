/// The paths that a pattern stands for: `train-{0000..0099}.tar`, `{a,b}.tar`, several of them, and OpenCLIP's `a::b`.
///
/// A range keeps the zeros in front of its first bound.
public func expandBraces(_ pattern: String) throws(ShardError) -> [String] {
  var paths: [String] = []
  for part in pattern.split(separator: "::") { paths += try expandPart(part, of: pattern) }
  return paths
}

private let mostPaths = 1_000_000

private func expandPart(_ part: Substring, of pattern: String) throws(ShardError) -> [String] {
  guard let open = part.firstIndex(of: "{") else { return [String(part)] }
  guard let close = part[open...].firstIndex(of: "}"),
    let choices = choices(part[part.index(after: open)..<close])
  else { throw .braces(pattern: pattern) }
  let tails = try expandPart(part[part.index(after: close)...], of: pattern)
  guard choices.count * tails.count <= mostPaths else { throw .braces(pattern: pattern) }
  return choices.flatMap { choice in tails.map { part[..<open] + choice + $0 } }
}

private func choices(_ inside: Substring) -> [String]? {
  if inside.contains(",") { return inside.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
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

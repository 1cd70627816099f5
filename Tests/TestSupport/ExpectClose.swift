import Testing

/// Expects every value within `relative` of the largest expected magnitude:
///
///     |found − expected| ≤ relative · max |expected|
///
/// - Parameters:
///   - relative: the tolerance.
///   - reason: where the tolerance comes from.
public func expectClose(
  _ found: [Float], _ expected: [Float], relative: Float, because reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record("\(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let largest = expected.reduce(0) { max($0, abs($1)) }
  let wrong = found.indices.filter { !(abs(found[$0] - expected[$0]) <= relative * largest) }
  // A NaN is the worst of all.
  func distance(_ i: Int) -> Float { (found[i] - expected[i]).isNaN ? .infinity : abs(found[i] - expected[i]) }
  guard let worst = wrong.max(by: { distance($0) < distance($1) }) else { return }
  Issue.record(
    """
    \(wrong.count) of \(found.count) values differ by more than \(relative) of \(largest) (\(reason)); \
    worst at \(worst): \(found[worst]), expected \(expected[worst])
    """, sourceLocation: sourceLocation)
}

/// Expects one value within `relative` of the expected one's magnitude.
public func expectClose(
  _ found: Float, _ expected: Float, relative: Float, because reason: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([found], [expected], relative: relative, because: reason, sourceLocation: sourceLocation)
}

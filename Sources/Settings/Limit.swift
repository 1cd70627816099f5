/// What a key's value must satisfy beyond its type, in words and as a test.
struct Limit<Value>: Sendable {
  let claim: String
  let holds: @Sendable (Value) -> Bool

  init(_ claim: String, _ holds: @escaping @Sendable (Value) -> Bool) {
    self.claim = claim
    self.holds = holds
  }
}

extension Limit<Int> {
  static let count = Limit("be at least 1") { $0 >= 1 }
  static let notNegative = Limit("not be negative") { $0 >= 0 }
  static let threads = Limit("lie in 1…4096") { (1...4096).contains($0) }
  static let batch = Limit("lie in 1…1e8") { (1...100_000_000).contains($0) }
}

extension Limit<Double?> {
  static let decayOrNull = Limit("lie in 0…1, below 1, or be null") { $0.map { (0..<1).contains($0) } ?? true }
}

extension Limit<Int?> {
  static let countOrNull = Limit("be at least 1, or null") { $0.map { $0 >= 1 } ?? true }
  static let powerOfTwoOrNull = Limit("be a power of two, or null") {
    $0.map { $0.nonzeroBitCount == 1 && $0 > 0 } ?? true
  }
}

extension Limit<Double> {
  static let positive = Limit("be above 0") { $0 > 0 }
  static let notNegative = Limit("not be negative") { $0 >= 0 }
  static let share = Limit("lie in 0…1") { (0...1).contains($0) }
  static let decay = Limit("lie in 0…1, below 1") { (0..<1).contains($0) }
}

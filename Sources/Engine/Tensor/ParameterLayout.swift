/// Where a model's parameters lie in one block of memory: each at a multiple of 64 bytes, what learns first, then the
/// averages that go with it, what is locked last.
///
/// Gradients and moments are blocks laid out like its begin. Locking makes them shorter: less memory, fewer bytes on
/// the wire, and no rule elsewhere.
public struct ParameterLayout: Sendable {
  public private(set) var declarations: [Parameters.Declaration] = []

  /// Floats at the block's begin that hold what learns, padding included: the length of a block of moments.
  public private(set) var learnedCount = 0

  /// Floats at the block's begin that hold what learns and the averages and counters that go with it: the length of a
  /// block of gradients.
  public private(set) var collectedCount = 0

  /// Floats in the block, padding included.
  public private(set) var blockCount = 0

  private(set) var isLaidOut = false

  /// What learns, in the block's order.
  public var learned: [Parameters.Declaration] { declarations.filter { $0.learns && $0.role == .learned } }

  /// Averages and counters that aren't locked, in the block's order.
  public var averages: [Parameters.Declaration] { declarations.filter { $0.learns && $0.role != .learned } }

  /// Numbers of all parameters, padding and what is only a statistic excluded.
  public var count: Int { declarations.reduce(0) { $0 + ($1.role == .learned ? $1.count : 0) } }

  /// What the block has a place for, in the order of declarations.
  public var held: [Parameters.Declaration] { declarations.filter(\.isHeld) }

  /// What of the parameters a block holds: one of gradients or moments is shorter than the values where some are
  /// locked.
  public func declarations(in block: Tensor) -> [Parameters.Declaration] {
    block.count < blockCount ? learned : held
  }

  /// Takes up a parameter, which gets its place when all are there.
  ///
  /// - Returns: its index among the declarations.
  mutating func add(_ declaration: Parameters.Declaration) -> Int {
    precondition(!isLaidOut, "parameters: \(declaration.name) declared after the block was laid out")
    declarations.append(declaration)
    return declarations.count - 1
  }

  /// Gives every parameter its place; called once, when every layer has declared its own.
  ///
  /// - Parameters:
  ///   - locked: whether a parameter doesn't learn.
  ///   - absent: whether it has no place.
  mutating func layOut(
    locking locked: (Parameters.Declaration) -> Bool, leavingOut absent: (Parameters.Declaration) -> Bool
  ) {
    precondition(!isLaidOut, "parameters: laid out twice")
    isLaidOut = true
    for i in declarations.indices {
      declarations[i].isHeld = !absent(declarations[i])
      declarations[i].learns = declarations[i].isHeld && !locked(declarations[i])
    }
    place { $0.learns && $0.role == .learned }
    learnedCount = blockCount
    place { $0.learns && $0.role != .learned }
    collectedCount = blockCount
    place { !$0.learns && $0.isHeld }
  }

  private mutating func place(_ chosen: (Parameters.Declaration) -> Bool) {
    for i in declarations.indices where chosen(declarations[i]) {
      declarations[i].offset = blockCount
      blockCount += (declarations[i].count + 15) / 16 * 16
    }
  }
}

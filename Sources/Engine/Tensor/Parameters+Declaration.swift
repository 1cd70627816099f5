extension Parameters {
  /// A parameter as its layer declares it, with all that others want to know of it, and its place.
  public struct Declaration: Sendable {
    public let name: String
    public let shape: [Int]
    /// How it is drawn before training.
    public let initial: Initial
    public let role: Role
    /// The encoder that it is part of; nil for the scale and the bias of logits, which belong to neither.
    public let tower: Tower?
    /// Which group of its tower it is locked with, counted from the end: 0 is the first to learn where the rest is
    /// locked. Nil for one that always learns.
    public let lockGroup: Int?
    /// How its rows lie to each other where they are positions; nil where they aren't.
    public let positions: Positions?
    /// In floats, from the block's begin; settled when the block is laid out.
    public internal(set) var offset = 0
    /// False for one that stays as it is: nobody asks for its gradient, or its average's.
    public internal(set) var learns = true
    /// False for one that the block has no place for: that of a tower which isn't loaded.
    public internal(set) var isHeld = true

    public var count: Int { shape.reduce(1, *) }

    /// Whether weight decay makes it smaller: vectors, scalars and positions are left alone.
    ///
    /// - Source: OpenCLIP's `optim.py`, main: ndim ≤ 1 or `no_weight_decay()`.
    public var decays: Bool { shape.count > 1 && positions == nil }
  }

  /// Who changes a parameter, and what its place in a block of gradients holds.
  public enum Role: Sendable {
    /// The optimizer, by the gradient.
    case learned
    /// A mean over the steps of what their chunks found: the sum of that over the chunks.
    case average
    /// Counts the steps in which the averages declared before it changed: the number of their chunks.
    case counter
  }

  /// How rows that are positions lie to each other, so that they can be made for another number of places.
  public enum Positions: Sendable, Equatable {
    /// A square grid behind so many tokens, row by row.
    case grid(tokens: Int)
    /// One after the other, and behind them so many tokens.
    case line(tokens: Int)
  }
}

extension Parameters {
  /// One parameter's name, shape and place.
  public struct Declaration: Sendable {
    public let name: String
    public let shape: [Int]
    /// How it is drawn before training.
    public let initial: Initial
    public let role: Role
    /// In floats, from the block's begin; settled when the block is laid out.
    public internal(set) var offset = 0
    /// False for one that stays as it is: nobody asks for its gradient, or its average's.
    public internal(set) var learns = true

    init(name: String, shape: [Int], initial: Initial, role: Role) {
      (self.name, self.shape, self.initial, self.role) = (name, shape, initial, role)
    }

    public var count: Int { shape.reduce(1, *) }
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
}

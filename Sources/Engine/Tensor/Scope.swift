/// A place in the tree of parameter names, where layers declare their own: `at / "attn"`. What is said of a place holds
/// for all that is declared below it.
public struct Scope {
  private let parameters: Parameters
  private var path = ""
  private var tower: Tower?
  private var lockGroup: Int?

  public init(_ parameters: Parameters) { self.parameters = parameters }

  public static func / (at: Scope, name: String) -> Scope {
    var below = at
    below.path = at.path.isEmpty ? name : at.path + "." + name
    return below
  }

  /// This place as an encoder's, in the first group to learn where the rest is locked.
  public func tower(_ tower: Tower) -> Scope {
    var place = self
    (place.tower, place.lockGroup) = (tower, 0)
    return place
  }

  /// This place in a group of its tower's, counted from the end; nil: what always learns.
  public func lockGroup(_ group: Int?) -> Scope {
    var place = self
    place.lockGroup = group
    return place
  }

  /// Declares the parameter of this name.
  ///
  /// - Parameter positions: how its rows lie to each other, where they are positions: then they don't decay.
  public func parameter(_ shape: [Int], _ initial: Initial, positions: Parameters.Positions? = nil) -> Parameter {
    declare(shape, initial, .learned, positions)
  }

  /// Declares a number or numbers of this name that aren't learned.
  public func statistic(_ shape: [Int], _ initial: Float, _ role: Parameters.Role) -> Parameter {
    declare(shape, .constant(initial), role, nil)
  }

  private func declare(
    _ shape: [Int], _ initial: Initial, _ role: Parameters.Role, _ positions: Parameters.Positions?
  ) -> Parameter {
    parameters.declare(
      Parameters.Declaration(
        name: path, shape: shape, initial: initial, role: role, tower: tower, lockGroup: lockGroup,
        positions: positions))
  }
}

/// A place in the tree of parameter names, where layers declare their own: `at / "attn"`.
public struct Scope {
  private let parameters: Parameters
  private let path: String

  public init(_ parameters: Parameters, path: String = "") {
    self.parameters = parameters
    self.path = path
  }

  public static func / (at: Scope, name: String) -> Scope {
    Scope(at.parameters, path: at.path.isEmpty ? name : at.path + "." + name)
  }

  /// Declares the parameter of this name.
  public func parameter(_ shape: [Int], _ initial: Initial) -> Parameter { declare(shape, initial, .learned) }

  /// Declares a number or numbers of this name that aren't learned.
  public func statistic(_ shape: [Int], _ initial: Float, _ role: Parameters.Role) -> Parameter {
    declare(shape, .constant(initial), role)
  }

  private func declare(_ shape: [Int], _ initial: Initial, _ role: Parameters.Role) -> Parameter {
    parameters.declare(Parameters.Declaration(name: path, shape: shape, initial: initial, role: role))
  }
}

/// A parameter as its layer holds it.
public struct Parameter {
  private let owner: Parameters
  private let index: Int

  init(owner: Parameters, index: Int) { (self.owner, self.index) = (owner, index) }

  /// The numbers, f32, without their gradient.
  public var values: Tensor { owner.part(declaration, of: owner.values) }

  /// The numbers as a pass reads them: with their gradient where it learns.
  public func tensor(_ pass: Pass) -> Tensor { owner.tensor(index, of: owner.values, pass) }

  /// The numbers as products take them: bf16 where the model computes in it, with the gradient in f32 all the same.
  public func operand(_ pass: Pass) -> Tensor { owner.tensor(index, of: owner.operands, pass) }

  /// What goes into products of this model.
  public var element: Element { owner.element }

  public var declaration: Parameters.Declaration { owner.declarations[index] }

  /// Notes Σ g² of a part of a lane's gradient.
  package func noteSquares(_ squares: Double, lane: Int) { owner.noteSquares(squares, lane: lane, index) }
}

import Engine

extension ModelConfiguration {
  /// Whether an embedding holds both tokens' features of DeiT side by side, so that a class's vector is two heads' of half
  /// its width.
  public var joinsTokens: Bool { (vision.tower as? ViT)?.joinsTokens == true }

  /// This model with its tokens' features joined in the place of their mean; nil without a distillation token.
  public func joiningTokens() throws(ModelConfigurationError) -> ModelConfiguration? {
    guard var tower = vision.tower as? ViT, tower.distillationToken else { return nil }
    var joining = self
    tower.joinsTokens = true
    joining.vision = Vision(tower)
    try joining.validate()
    return joining
  }
}

extension ClassHead {
  /// The products of each half of embeddings with that half of all classes' vectors, `[count, 2 · classes]`.
  fileprivate func halfProducts(_ embeddings: Tensor, _ pass: Pass) -> Tensor {
    let (count, half) = (embeddings.rows, embeddings.width / 2)
    let halves = embeddings.reshaped([2 * count, half])
    func all(_ which: Int) -> Tensor { pickRows(halves, (0..<count).map { 2 * $0 + which }) }
    let zeros = Tensor(shape: [count, half], repeating: 0)
    // Two rows a picture, [x₁ 0] and [0 x₂], so that one product serves both.
    let apart = joinedColumns(all(0), zeros, zeros, all(1)).reshaped([2 * count, 2 * half])
    let products = self.products(apart, pass)
    return products.reshaped([count, 2 * products.width])
  }
}

extension CLIPModel {
  /// What each of a supervised DeiT's heads says of pictures: the products of the class token's half of their embeddings
  /// with that half of all classes' vectors, then the distillation token's. Their sum is `classProducts`.
  ///
  /// - Returns: `[count, 2 · classes]`
  public func headProducts(_ images: Tensor, _ pass: Pass = .evaluation) -> Tensor {
    guard let head = text as? ClassHead, configuration.joinsTokens else {
      preconditionFailure("heads: a model that doesn't join tokens, or with a text encoder, hasn't two")
    }
    return head.halfProducts(images, pass)
  }
}

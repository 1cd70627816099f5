import Engine

extension CLIPModel {
  /// Takes the parameters of another model, or of one of its towers; then the other tower isn't looked at.
  ///
  /// Position embeddings of another picture size or context length are resized as OpenCLIP does. A BERT of Hugging
  /// Face's names starts a text tower around it.
  ///
  /// - Parameter path: a model directory, a checkpoint, or a file of weights.
  /// - Returns: what was resized or begins anew, in words.
  /// - Throws: unless what is taken has all parameters of this model's, in the same shapes, and no others.
  @discardableResult
  public func load(_ tower: Tower? = nil, from path: String) throws -> [String] {
    if tower == .text, let bert = try bertFile(path) {
      return try loadBERT(from: bert)
    }
    let source = try WeightSource(path, for: parameters.layout)
    let absent = Set(source.filled.map(\.name))
    let mine = parameters.declarations.filter { (tower == nil || $0.tower == tower) && !absent.contains($0.name) }
    let shapes = source.shapes.filter { tower == nil || Tower(guessedFrom: $0.key) == tower }
    let what = tower.map { "the \($0) encoder in \(source.path)" } ?? source.path
    try require(mine, in: shapes, of: what)
    let unsaid = try SourceConfiguration.compare(path, tower, with: configuration)
    let resized = try mine.compactMap { try take($0, shapes[$0.name] ?? [], from: source) }
    for declaration in source.filled where tower == nil || declaration.tower == tower {
      if case .constant(let value) = declaration.initial {
        parameters.part(declaration, of: parameters.values).fill(value)
      }
    }
    try requireFinite(tower, of: path)
    parameters.valuesChanged()
    return unsaid + resized + (tower == nil ? [source.note].compactMap { $0 } : [])
  }

  private func require(
    _ mine: [Parameters.Declaration], in shapes: [String: [Int]], of path: String
  ) throws(ModelDirectoryError) {
    let names = Set(mine.map(\.name))
    let misshapen = mine.compactMap { declaration -> MisshapenTensor? in
      guard let found = shapes[declaration.name] else { return nil }
      let fits = declaration.accepts(found) || declaration.resizing(from: found) != nil
      return fits ? nil : MisshapenTensor(name: declaration.name, found: found, expected: declaration.shape)
    }
    guard names == Set(shapes.keys), misshapen.isEmpty else {
      throw .tensors(
        path: path, missing: names.subtracting(shapes.keys).sorted(),
        extra: Set(shapes.keys).subtracting(names).sorted(), misshapen: misshapen)
    }
  }

  private func take(
    _ declaration: Parameters.Declaration, _ found: [Int], from source: WeightSource
  ) throws -> String? {
    let place = parameters.part(declaration, of: parameters.values)
    if declaration.accepts(found) {
      try source.copy(declaration.name, place)
      return nil
    }
    guard let resize = declaration.resizing(from: found) else { preconditionFailure("take: \(found)") }
    let theirs = Tensor(shape: found)
    try source.copy(declaration.name, theirs)
    place.set(Tensor(shape: declaration.shape, resize(theirs.array)))
    let (old, new) = (
      Parameters.Declaration.rows(found)?.count ?? 0, Parameters.Declaration.rows(declaration.shape)?.count ?? 0
    )
    return "\(declaration.name) of \(source.path) is resized from \(old) positions to \(new)"
  }
}

extension Parameters.Declaration {
  fileprivate func accepts(_ found: [Int]) -> Bool { WantedTensor(name: name, shape: shape).accepts(found) }
}

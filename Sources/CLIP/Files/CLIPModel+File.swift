import Engine

extension CLIPModel {
  /// A model of a configuration, with the weights of a file: safetensors, or a state dict of PyTorch's.
  ///
  /// - Parameters:
  ///   - path: under OpenCLIP's names or Hugging Face's.
  ///   - report: takes what is worth telling, a line at a time.
  /// - Throws: unless the file has all of the parameters, in the same shapes, and no others.
  public convenience init(
    _ configuration: ModelConfiguration, weights path: String, report: (String) -> Void = { _ in }
  ) throws {
    self.init(laidOut: configuration, preprocessing: configuration.usualPreprocessing, locks: TowerLocks())
    let weights = try StoredWeights(WeightFile.open(path), of: parameters.layout)
    try weights.require()
    parameters.allocate()
    try weights.read(into: parameters)
    try requireFinite(of: path)
    if let note = weights.note { report(note) }
  }
}

import Engine
import Safetensors

/// Which tensors of Hugging Face's `CLIPModel` or `SiglipModel` hold a model's parameters.
struct HuggingFaceWeights {
  private let names: [(declaration: Parameters.Declaration, theirs: HuggingFaceNames)]

  /// - Throws: the names of the parameters that have no place there.
  init(_ layout: ParameterLayout) throws(HuggingFaceError) {
    let isSiglip = layout.declarations.contains { $0.name.hasPrefix("visual.trunk.") }
    let found = layout.declarations.map {
      ($0, isSiglip ? HuggingFaceNames(siglip: $0.name) : HuggingFaceNames(of: $0.name))
    }
    let homeless = found.filter { $0.1 == nil }.map(\.0.name)
    guard homeless.isEmpty else {
      throw .noPlace(class: isSiglip ? "SiglipModel" : "CLIPModel", parameters: homeless)
    }
    names = found.map { ($0.0, $0.1!) }
  }

  /// What a complete checkpoint holds.
  var tensors: [WantedTensor] { names.flatMap { $0.theirs.tensors($0.declaration.shape) } }

  /// Overwrites `values` with a parameter's; the files hold it.
  func read(
    _ declaration: Parameters.Declaration, into values: UnsafeMutableBufferPointer<Float>, from files: any TensorSource
  ) throws {
    guard let theirs = names.first(where: { $0.declaration.name == declaration.name })?.theirs else {
      preconditionFailure("read: \(declaration.name)")
    }
    if let thirds = theirs.thirds {
      let (third, found) = (values.count / thirds.count, try floats(theirs, in: files))
      _ = values.update(fromContentsOf: found[third * thirds.lowerBound..<third * thirds.upperBound])
    } else if theirs.transposed {
      transpose(try floats(theirs, in: files), rows: declaration.shape[1], into: values)
    } else {
      let size = values.count / theirs.parts.count
      for (number, name) in theirs.parts.enumerated() {
        try files.copy(name, into: UnsafeMutableBufferPointer(rebasing: values[number * size..<(number + 1) * size]))
      }
    }
  }

  private func floats(_ theirs: HuggingFaceNames, in files: any TensorSource) throws -> [Float] {
    guard let entry = files.entries[theirs.parts[0]] else { preconditionFailure("read: \(theirs.parts[0])") }
    return try files.floats(of: entry)
  }

  func write(_ parameters: Parameters, storage: FloatStorage, to path: String) throws(SafetensorsError) {
    // Transposed copies and joined thirds, which live until they are written.
    var copies: [Tensor] = []
    var joined: [String: Tensor] = [:]
    var tensors: [SafetensorsWriter.Tensor] = []
    for (declaration, theirs) in names {
      var part = parameters.part(declaration, of: parameters.values)
      if theirs.transposed {
        let copy = Tensor(shape: declaration.shape.reversed())
        transpose(part.array, rows: declaration.shape[0], into: copy.buffer)
        copies.append(copy)
        part = copy
      }
      let wanted = theirs.tensors(declaration.shape)
      if let thirds = theirs.thirds {
        let (name, shape) = (wanted[0].name, wanted[0].shape)
        let whole = joined[name] ?? Tensor(shape: shape)
        let third = whole.count / 3
        whole.elements(third * thirds.lowerBound..<third * thirds.upperBound).set(part)
        if joined.updateValue(whole, forKey: name) == nil {
          tensors.append((name, shape, .floats(UnsafeBufferPointer(whole.buffer), as: storage)))
        }
        continue
      }
      let (values, size) = (UnsafeBufferPointer(part.buffer), part.count / wanted.count)
      for (number, tensor) in wanted.enumerated() {
        let rows = UnsafeBufferPointer(rebasing: values[number * size..<(number + 1) * size])
        tensors.append((tensor.name, (theirs.addsFirst ? [1] : []) + tensor.shape, .floats(rows, as: storage)))
      }
    }
    defer { withExtendedLifetime((copies, joined)) {} }
    try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path)
  }
}

/// `[rows, columns]` to `[columns, rows]`
private func transpose(_ from: [Float], rows: Int, into to: UnsafeMutableBufferPointer<Float>) {
  let columns = from.count / rows
  for row in 0..<rows {
    for column in 0..<columns { to[column * rows + row] = from[row * columns + column] }
  }
}

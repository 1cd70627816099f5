import CLIP
import Engine
import Pairs

/// What one pair's graph holds from forward to backward, found by encoding a few pairs.
///
/// The numbers of bytes don't depend on the machine, the data or the number of workers, so a chunk chosen by them doesn't
/// either. Captions are taken as long as they can be.
package struct ChunkMemory {
  private let bytesPerPair: Int

  package init(_ configuration: ModelConfiguration, element: Element) {
    let model = CLIPModel(configuration)
    model.parameters.element = element
    let (few, more) = (Self.graphBytes(2, model), Self.graphBytes(4, model))
    bytesPerPair = max(1, (more - few) / 2)
  }

  /// The most pairs whose graph, with an eighth more for what backward holds at a time, fits into `budget`.
  package func pairs(within budget: Int) -> Int { max(1, budget / (bytesPerPair + bytesPerPair / 8)) }

  private static func graphBytes(_ pairs: Int, _ model: CLIPModel) -> Int {
    let (side, length) = (model.configuration.vision.imageSize, model.configuration.text.contextLength)
    var tokens = [Int32](repeating: 1, count: pairs * length)
    for pair in 0..<pairs { tokens[(pair + 1) * length - 1] = Int32(model.configuration.text.vocabularySize - 1) }
    let chunk = Batch(
      images: [UInt8](repeating: 127, count: pairs * side * side * 3), tokens: tokens, samples: Array(0..<pairs),
      side: side, contextLength: length)
    let before = LiveBytes.now
    let graph = try? ChunkFeatures(chunk, model, learns: true)
    return withExtendedLifetime(graph) { LiveBytes.now - before }
  }
}

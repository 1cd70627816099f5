import ArgumentParser
import CLIP
import Safetensors
import ServerOptions
import Settings

// Choices of the libraries that commands take by their names.
extension Precision: ExpressibleByArgument {}
extension KeepGraphs: ExpressibleByArgument {}
extension LossKind: ExpressibleByArgument {}
extension DuplicateRule: ExpressibleByArgument {}
extension ModelFormat: ExpressibleByArgument {}
extension FloatStorage: ExpressibleByArgument {}

extension ByteCount: ExpressibleByArgument {
  public init?(argument: String) {
    guard let count = ByteCount(text: argument), count.bytes > 0 else { return nil }
    self = count
  }

  public var defaultValueDescription: String { text }
}

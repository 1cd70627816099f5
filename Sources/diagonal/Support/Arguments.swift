import ArgumentParser
import CLIP
import Safetensors
import Settings

// Choices of the libraries that commands take by their names.
extension Precision: ExpressibleByArgument {}
extension KeepGraphs: ExpressibleByArgument {}
extension LossKind: ExpressibleByArgument {}
extension DuplicateRule: ExpressibleByArgument {}
extension Transparency: ExpressibleByArgument {}
extension ModelFormat: ExpressibleByArgument {}
extension FloatStorage: ExpressibleByArgument {}

import ArgumentParser
import Settings

/// Which model is served, and how its inputs are read.
public struct ServedModelOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "A model directory, OpenCLIP's or Hugging Face's, a checkpoint, or a run (its newest; RUN@1200, RUN@best).",
      valueName: "dir"))
  public var model: String

  @Option(help: ArgumentHelp("What requests call it (default: the last part of its path).", valueName: "text"))
  public var name: String?

  @Option(help: "Which inputs are encoded: image, text or both; the other's encoder takes no memory then.")
  public var tower = ServedTower.both

  @Option(
    help: ArgumentHelp(
      "A merges file, vocab.txt, .model or tokenizer.json in place of the model directory's own.", valueName: "file"))
  public var tokenizer: String?

  @Option(
    help:
      "white (default): white stands behind transparent parts of pictures; opaque: their colours show, as in OpenCLIP.")
  public var transparency = Transparency.white

  @Option(
    help: ArgumentHelp(
      "Threads that encode together (default: the cores but one, which HTTP and pictures need).", valueName: "n"))
  public var threads: Int?

  public init() {}

  public func validate() throws {
    try requireWithin("--threads", threads ?? 1, 1...4096)
  }
}

/// Inputs that are encoded.
public enum ServedTower: String, Sendable, CaseIterable, ExpressibleByArgument {
  case both, image, text
}

extension Transparency: ExpressibleByArgument {}

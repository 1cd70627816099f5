import ArgumentParser

/// How requests are batched, and how much of everything is taken.
public struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most texts and pictures that are encoded together.", valueName: "n"))
  public var batch = 32

  @Option(
    help: ArgumentHelp(
      "How long an idle encoder waits for more to encode together; what comes while it is busy is anyway.",
      valueName: "ms"))
  public var window = 0.0

  @Option(help: ArgumentHelp("The most texts and pictures that wait; then requests get 429.", valueName: "n"))
  public var queue = 512

  @Option(
    help: ArgumentHelp(
      "How long a body may take to come (408), and a request to wait for the encoder (503).", valueName: "seconds"))
  public var timeout = 30.0

  @Option(help: ArgumentHelp("The largest body (413).", valueName: "MiB"))
  public var body = 16

  @Option(help: ArgumentHelp("The most texts and pictures of one request.", valueName: "n"))
  public var inputs = 256

  @Option(help: ArgumentHelp("The most pixels of a picture (413).", valueName: "n"))
  public var picturePixels = 50_000_000

  @Option(
    help: ArgumentHelp(
      "Which pictures are decoded (415 for others), of jpeg, png, webp, gif, bmp, avif, heic, tiff, jxl, jp2, pnm.",
      valueName: "a,b,…"))
  public var formats = "jpeg,png,webp,gif,bmp,avif"

  @Option(help: ArgumentHelp("Threads that decode pictures.", valueName: "n"))
  public var decoders = 2

  @Option(help: ArgumentHelp("The most connections at once; more wait.", valueName: "n"))
  public var connections = 1024

  public init() {}

  public func validate() throws {
    try requireWithin("--batch", batch, 1...4096)
    try requireWithin("--window", window, 0...10_000)
    try requireWithin("--queue", queue, 1...1 << 20)
    try requireWithin("--timeout", timeout, 0.1...3600)
    try requireWithin("--body", body, 1...1024)
    try requireWithin("--inputs", inputs, 1...1 << 16)
    try requireWithin("--picture-pixels", picturePixels, 1...1 << 30)
    try requireWithin("--decoders", decoders, 1...256)
    try requireWithin("--connections", connections, 1...1 << 16)
    if inputs > queue {
      throw ValidationError("--inputs \(inputs) is more than --queue \(queue): such a request could never wait")
    }
  }
}

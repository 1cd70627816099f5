import Pairs

/// Where a server listens, how it batches, and how much of everything it takes.
public struct ServerSettings: Sendable {
  public var host = "127.0.0.1"
  /// 0 for any that is free.
  public var port = 8080
  /// What requests must carry; nil where only this machine reaches the server.
  public var token: String?
  /// The most texts and pictures that are encoded together.
  public var batch = 32
  /// How long an idle encoder waits for more to encode together.
  public var windowSeconds = 0.0
  /// The most texts and pictures that wait.
  public var queue = 512
  /// How long a body may take to come, and a request to wait for the encoder.
  public var timeoutSeconds = 30.0
  public var bodyBytes = 16 << 20
  /// The most texts and pictures of one request.
  public var inputs = 256
  /// The most of a text, a label or a template, in UTF-8: models read some hundred bytes of it.
  public var textBytes = 8 << 10
  public var formats: Set<PictureFormat> = [.jpeg, .png, .webp, .gif, .bmp, .avif]
  /// Threads that decode pictures.
  public var decoders = 2
  public var connections = 1024

  public init() {}
}

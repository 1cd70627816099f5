import ArgumentParser

/// What `diagonal serve` is told, and `diagonal-server`, which it starts.
public struct ServeOptions: ParsableArguments {
  @OptionGroup(title: "The model") public var model: ServedModelOptions
  @OptionGroup(title: "What is searched") public var rows: ServedRowsOptions
  @OptionGroup(title: "Where it listens") public var listening: ListeningOptions
  @OptionGroup(title: "Batches and limits") public var limits: LimitOptions

  public init() {}

  public static let abstract = "Serves a model over HTTP: embeddings, classes, search, and a page that shows them."

  public static let discussion = """
    Answers JSON as /openapi.json tells: /v1/embeddings in OpenAI's form (texts, and pictures in base64), /classify, /search, \
    /models, /health and, for Prometheus, /metrics. The page is at /. What is answered has the bits that embed, classify and \
    search give.

    Listens on this machine alone, unless --host names another address, which takes a token (--token-file). TERM and INT end \
    it once every request that was read is answered.

    Its program, diagonal-server, is built by: launch/setup --server

    Examples:
      diagonal serve --model runs/emoji
      diagonal serve --model runs/emoji --in embeddings/noto --pictures data/emoji/noto.tar
      base64 -w0 fruit.png | jq -Rc '{images: [.], labels: ["apple", "pear"]}' | \
        curl localhost:8080/classify --json @-
    """
}

func requireWithin<Number: Comparable>(_ name: String, _ value: Number, _ range: ClosedRange<Number>) throws {
  guard range.contains(value) else {
    throw ValidationError("\(name) is \(value), expected between \(range.lowerBound) and \(range.upperBound)")
  }
}

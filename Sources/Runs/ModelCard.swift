import CLIP
import Files
import Foundation
import Pairs
import Settings
import Training

/// A model's `README.md`, as hubs show it: where it comes from, and how it is used.
///
/// What it says is decided by the run and not by who computed it, so equal runs write equal bytes.
struct ModelCard {
  private let text: String

  static let file = "README.md"

  init(_ setup: TrainingSetup, step: Int) {
    text = """
      \(setup.configuration.text.classes.map { Self.supervised($0, setup) } ?? Self.contrastive(setup))

      ## Data

      \(Self.table(Self.data(setup)))

      ## Recipe

      \(Self.table(Self.recipe(setup.run, step: step, of: setup.schedule.steps)))

      ## Figures

      None measured yet: `diagonal eval` measures retrieval and zero-shot classification.

      """
  }

  private static func contrastive(_ setup: TrainingSetup) -> String {
    let configuration = setup.configuration
    return """
      ---
      license: unknown
      library_name: open_clip
      pipeline_tag: zero-shot-image-classification
      tags: [clip]
      ---
      # A CLIP model trained by Diagonal

      Pictures of \(configuration.vision.imageSize) pixels a side and texts of \(configuration.text.contextLength) tokens \
      become vectors of \(configuration.embeddingWidth) numbers. `license` above is for its owner to say.

      ```python
      model, _, preprocess = open_clip.create_model_and_transforms("local-dir:THIS_DIRECTORY")
      tokenizer = open_clip.get_tokenizer("local-dir:THIS_DIRECTORY")
      model.encode_text(tokenizer(["a photo of a cat"]))
      ```

      On a hub, `hf_tokenizer_name` in `open_clip_config.json` has to be the repository's name. `diagonal convert` makes \
      a directory for `transformers` of it.
      """
  }

  private static func supervised(_ classes: [String], _ setup: TrainingSetup) -> String {
    """
    ---
    license: unknown
    pipeline_tag: image-classification
    ---
    # A picture classifier trained by Diagonal

    Pictures of \(setup.configuration.vision.imageSize) pixels a side are told apart by \(classes.count) classes, those of \
    `classes.json`. `license` above is for its owner to say. `visual.*` are OpenCLIP's names of the image encoder; logits \
    are exp(`logit_scale`) times the products of its unit embedding with the rows of `head.weight`.

    ```sh
    diagonal classify --model THIS_DIRECTORY --classes THIS_DIRECTORY/classes.json picture.jpg
    ```
    """
  }

  func write(into directory: String) throws(FileError) {
    try AtomicFile.write(Data(text.utf8), to: directory + "/" + Self.file)
  }

  private static func table(_ rows: [(String, String)]) -> String {
    (["| | |", "| --- | --- |"] + rows.map { "| \($0) | \($1.replacing("|", with: "\\|")) |" }).joined(separator: "\n")
  }

  /// Names without their folders, which are the machine's.
  private static func data(_ setup: TrainingSetup) -> [(String, String)] {
    let names = setup.run.data.train.flatMap(\.from).map(lastComponent)
    let vocabulary = setup.tokenizer.vocabularySize
    return [
      ("trained on", names.joined(separator: ", ")), ("pairs", "\(setup.source.count)"),
      setup.run.objective == .supervised ? ("classes", "\(vocabulary)") : ("vocabulary", "\(vocabulary) ids"),
    ]
  }

  private static func loss(_ run: RunFile) -> String {
    switch run.objective {
    case .contrastive: run.loss.kind.rawValue
    case .supervised:
      run.distillation.teacher == nil ? "cross-entropy" : "cross-entropy, half of it with a teacher's classes"
    }
  }

  private static func recipe(_ run: RunFile, step: Int, of steps: Int) -> [(String, String)] {
    let optimizer = run.optimizer
    return [
      ("steps", "\(step) of \(steps)"), ("pairs seen", "\(step * run.batch.size)"), ("batch", "\(run.batch.size)"),
      ("loss", loss(run)),
      ("learning rate", "\(optimizer.learningRate), \(run.schedule.kind.rawValue)"),
      (
        "AdamW",
        "betas \(optimizer.beta1), \(optimizer.beta2); epsilon \(optimizer.epsilon); decay \(optimizer.weightDecay)"
      ),
      ("precision", run.precision.rawValue), ("seed", "\(run.seed)"),
    ]
  }
}

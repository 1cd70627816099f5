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
    let (run, configuration) = (setup.run, setup.configuration)
    text = """
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

      ## Data

      \(Self.table(Self.data(setup)))

      ## Recipe

      \(Self.table(Self.recipe(run, step: step, of: setup.schedule.steps)))

      ## Figures

      None measured yet: `diagonal eval` measures retrieval and zero-shot classification.

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
    return [
      ("trained on", names.joined(separator: ", ")), ("pairs", "\(setup.source.count)"),
      ("vocabulary", "\(setup.tokenizer.vocabularySize) ids"),
    ]
  }

  private static func recipe(_ run: RunFile, step: Int, of steps: Int) -> [(String, String)] {
    let optimizer = run.optimizer
    return [
      ("steps", "\(step) of \(steps)"), ("pairs seen", "\(step * run.batch.size)"), ("batch", "\(run.batch.size)"),
      ("loss", run.loss.kind.rawValue), ("learning rate", "\(optimizer.learningRate), \(run.schedule.kind.rawValue)"),
      (
        "AdamW",
        "betas \(optimizer.beta1), \(optimizer.beta2); epsilon \(optimizer.epsilon); decay \(optimizer.weightDecay)"
      ),
      ("precision", run.precision.rawValue), ("seed", "\(run.seed)"),
    ]
  }
}

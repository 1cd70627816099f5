import Foundation
import TestSupport
import Testing

/// The emoji run of `launch/runs`, cut short: 6 steps of 32 pairs, in 8 lanes of two chunks. Its data are made once.
struct EmojiRun: Sendable {
  static let steps = 6
  private static let data = FileManager.default.temporaryDirectory.appendingPathComponent(
    "diagonal-emoji-\(getpid())"
  ).path
  /// Its checkpoints, trained by one worker without interruption, saved after 3 and 6 steps.
  let reference: RunOutput

  /// Debian's unicode-data, fonts-noto-color-emoji and unicode-cldr-core, without which there are no emoji to train on.
  static let possible = [
    "/usr/share/unicode/emoji/emoji-test.txt", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
    "/usr/share/unicode/cldr/common/annotations/en.xml",
  ].allSatisfy { FileManager.default.fileExists(atPath: $0) }

  private static let shared = Result { try EmojiRun() }

  static func made() throws -> EmojiRun { try shared.get() }

  private init() throws {
    atexit { try? FileManager.default.removeItem(atPath: EmojiRun.data) }
    let data = Self.data
    try requireSuccess(diagonal("data", "emoji", "--out", data))
    try requireSuccess(
      diagonal("tokenizer", "train", "--data", "\(data)/noto.tar", "--vocab", "3000", "--out", "\(data)/merges.txt.gz"))
    reference = RunOutput("\(data)/reference")
    try requireSuccess(run(command: Workers.simulated(1).command(arguments(out: reference.path))))
  }

  /// What follows `diagonal`.
  ///
  /// - Parameter settings: laid over the run, `key=value`.
  func arguments(out: String, _ settings: [String] = []) -> [String] {
    let all =
      [
        "model.config=\(repository)/launch/runs/emoji-model.json", "data.train=\(Self.data)/noto.tar",
        "data.tokenizer=\(Self.data)/merges.txt.gz", "batch.size=32", "batch.chunk=2", "schedule.steps=\(Self.steps)",
        "checkpoint.every=3", "checkpoint.keep=null",
      ] + settings
    return ["train", "\(repository)/launch/runs/emoji.yaml", "--out", out] + all.flatMap { ["--set", $0] }
  }

  /// Trains into a new directory and hands it to `body`.
  func train(
    _ workers: Workers, _ settings: [String] = [], resuming: String = "auto", _ body: (RunOutput) throws -> Void
  ) throws {
    try temporaryDirectory { directory in
      let output = RunOutput("\(directory)/run")
      let arguments = arguments(out: output.path, settings) + ["--resume", resuming]
      try requireSuccess(run(command: workers.command(arguments)))
      try body(output)
    }
  }
}

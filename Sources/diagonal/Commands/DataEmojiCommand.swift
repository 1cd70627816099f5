import ArgumentParser
import Demonstrations
import Foundation

struct DataEmojiCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emoji",
    abstract: "Makes the demo shards: emoji from installed fonts, with their names and keywords.",
    discussion: """
      Examples:
        diagonal data emoji --out data/emoji
        diagonal data emoji --out data/emoji-zh --language zh

      Needs Debian's fonts-noto-color-emoji, unicode-data and unicode-cldr-core; ruby-gemojione and fonts-symbola add \
      two other styles.

      noto.tar holds all emoji without skin tones; noto-train.tar, noto-val.tar and noto-test.tar are a split of it \
      (85, 5 and 10 %) that keeps near-duplicates together. emojione.tar and symbola.tar are for tests on another \
      style.

      fruit.json and category.json are for eval zero-shot --classes: {"label": FIELD, "classes": [NAME, …]}. A sample \
      counts if its own JSON's FIELD is one of the classes; others are left out. templates.txt is for --templates, one \
      a line.

      With --language, names, keywords and classes are that language's, as far as CLDR has them; the split is the same \
      in all languages.
      """)

  @Option(name: .long, help: "The directory to write; made if need be.")
  var out: String

  @Option(name: .long, help: "Width and height of the pictures in pixels, 8 to 1024.")
  var size = 64

  @Flag(name: .long, help: "Adds the emoji with skin tones to noto.tar and noto-train.tar.")
  var skinTones = false

  @Option(
    name: .long,
    help: ArgumentHelp("Of names, keywords and classes: CLDR's code, as zh, de or pt_PT.", valueName: "code"))
  var language = "en"

  @Flag(name: .long, help: "Prints one JSON object: {\"directory\", \"files\": {NAME: PAIRS}, \"seconds\"}.")
  var json = false

  func validate() throws {
    try requirePath("--out", out)
    guard (8...1024).contains(size) else { throw ValidationError("--size \(size) is outside 8 to 1024.") }
  }

  private func emojiShards() throws -> EmojiShards {
    do { return try EmojiShards(side: size, skinTones: skinTones, language: language) } catch .language(
      let asked, let nearest)
    {
      throw ValidationError("--language: \(EmojiError.language(asked, nearest: nearest))")
    }
  }

  func run() throws {
    let start = Date()
    let shards = try emojiShards()
    let made = try shards.write(to: out, say: printError)
    let seconds = Date().timeIntervalSince(start)
    guard json else {
      for shard in made { print("\(out)/\(shard.file): \(shard.pairs) pairs") }
      return print(String(format: "%.1f s", seconds))
    }
    let files = Dictionary(uniqueKeysWithValues: made.map { ($0.file, $0.pairs) })
    try printJSON(DataFiles(directory: out, files: files, seconds: seconds))
  }
}

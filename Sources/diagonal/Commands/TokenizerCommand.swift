import ArgumentParser

struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Learns a vocabulary from captions, or shows the ids of a text.",
    discussion:
      "Example: diagonal tokenizer train --data data/emoji/noto.tar --vocab 3000 --out data/emoji/merges.txt.gz",
    subcommands: [TokenizerTrainCommand.self, TokenizerEncodeCommand.self])
}

import TestSupport
import Testing

extension CommandTests {
  struct UsageTests {
    @Test(arguments: [
      ["train", "run.yaml", "--simulate", "0"], ["train", "run.yaml", "--simulat", "2"], ["train"], ["trian"],
      ["check", "--simulate", "0"], ["data", "emoji"], ["data", "emoji", "--out", "x", "--size", "7"],
      ["tokenizer", "train", "--data", "x", "--vocab", "100", "--out", "y"],
    ])
    func `a wrong command line exits with 2 and says how it goes`(_ arguments: [String]) throws {
      let result = try diagonal(arguments)
      #expect(result.status == 2)
      #expect(result.stderr.contains("Error: ") && result.stderr.contains("Usage: diagonal"))
      #expect(result.stdout.isEmpty)
    }

    @Test func `an unknown option is answered with the nearest`() throws {
      #expect(try diagonal("train", "run.yaml", "--simulat", "2").stderr.contains("Did you mean '--simulate'?"))
    }

    @Test func `every command's help exits with 0 and has an example`() throws {
      let commands = try commands(below: [])
      #expect(commands.count >= 7 && commands.contains(["tokenizer", "encode"]))
      for command in commands {
        let help = try diagonal(command + ["--help"])
        #expect(help.status == 0, "\(command)")
        let example = help.stdout.split(separator: "\n").drop { !$0.lowercased().hasPrefix("example") }
          .prefix { !$0.hasPrefix("USAGE") }.joined(separator: " ")
        #expect(example.contains((["diagonal"] + command).joined(separator: " ")), "\(command): \(example)")
      }
    }

    /// The command and, as its help lists them, those below it.
    private func commands(below command: [String]) throws -> [[String]] {
      let lines = try diagonal(command + ["--help"]).stdout.split(separator: "\n", omittingEmptySubsequences: false)
      // Two spaces and the name; more spaces where a description goes on.
      let names = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
        .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap { $0.split(separator: " ").first }
      return try [command] + names.flatMap { try commands(below: command + [String($0)]) }
    }
  }
}

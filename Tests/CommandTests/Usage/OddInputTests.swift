import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Paths, numbers and standard streams of any form: a sentence, and no trap.
  struct OddInputTests {
    @Test(arguments: ["", ".", "./", "a", "a/", "./a/../b"])
    func `a run's directory may be any path`(_ out: String) throws {
      try SmallRun.make { small in
        let words = small.arguments(["--out", out], settings: ["schedule.steps=2"])
        // Twice, since the second finds what the first has made.
        for expected in ["2 steps from the start", "finished at step 2"] {
          let result = try bash(#"cd "$1" && "${@:2}""#, [small.directory, diagonalExecutable] + words)
          if out.isEmpty {
            expectRefusal(result, exit: 2, "--out is empty")
          } else {
            try requireSuccess(result)
            #expect(result.stderr.contains(expected))
          }
        }
      }
    }

    @Test(arguments: [
      ["check", "--simulate", "2147483648"], ["bench", "loss", "--batch", "2147483648", "--dim", "4"],
      ["bench", "loss", "--batch", "4", "--dim", "9223372036854775807"],
      ["bench", "loss", "--batch", "4", "--dim", "4", "--threads", "2147483648"],
      ["embed", "--model", "x", "--data", "y", "--out", "z", "--threads", "2147483648"],
      ["embed", "--model", "x", "--data", "y", "--out", ""],
      ["tokenizer", "train", "--data", "x", "--vocab", "600", "--out", ""],
    ])
    func `numbers too large and empty paths are wrong usage`(_ words: [String]) throws {
      let result = try diagonal(words)
      #expect(result.status == 2, "\(result.stderr)")
    }

    @Test func `standard error may be closed or full`() throws {
      try SmallRun.make { small in
        for (number, redirection) in ["2>&-", "2>/dev/full", ">&- 2>&- <&-"].enumerated() {
          let words = small.arguments(["--out", small.path("run\(number)")], settings: ["schedule.steps=2"])
          let result = try bash(#""$@" \#(redirection)"#, [diagonalExecutable] + words)
          #expect(result.status == 0, "\(redirection)")
          #expect(try RunOutput(small.path("run\(number)")).metrics().count == 2)
        }
      }
    }

    @Test func `a device's place is taken by no file`() throws {
      try SmallRun.make { small in
        try requireSuccess(bash(#"mkfifo "$1""#, [small.path("pipe")]))
        let result = try diagonal(
          "tokenizer", "train", "--data", small.path("train.tar"), "--vocab", "520", "--out", small.path("pipe"))
        expectRefusal(result, "it is a FIFO, not a regular file")
        #expect(try bash(#"[[ -p $1 ]]"#, [small.path("pipe")]).status == 0)
      }
    }
  }
}

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// What `serve` refuses before it starts the server, which may not be built.
  @Suite struct ServeTests {
    @Test func `wrong options are refused in a sentence`() throws {
      try temporaryDirectory { directory in
        let token = "\(directory)/token"
        try Data("short".utf8).write(to: URL(fileURLWithPath: token))
        let cases: [(words: [String], said: String)] = [
          ([], "--model"),
          (["--model", "m", "--host", "0.0.0.0"], "give --token-file a file with a token"),
          (["--model", "m", "--token-file", token], "16 to 4096 characters"),
          (["--model", "m", "--token-file", "\(directory)/none"], "can't be read"),
          (["--model", "m", "--index", "i"], "--in names, and it names nothing"),
          (["--model", "m", "--port", "65536"], "--port is 65536, expected between 0 and 65535"),
          (["--model", "m", "--inputs", "9", "--queue", "8"], "could never wait"),
        ]
        for one in cases { expectRefusal(try diagonal(["serve"] + one.words), exit: 2, one.said) }
        let help = try diagonal("serve", "--help")
        #expect(help.status == 0 && help.stdout.contains("diagonal serve --model runs/emoji --in embeddings/noto"))
      }
    }
  }
}

import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test func `a file appears when it is finished, and takes an old one's place`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/result"
      for text in ["one", "two"] {
        let file = AtomicFile(path)
        try write(text, file.temporary)
        let visible = try names(directory).filter { !$0.hasPrefix(AtomicDirectory.prefix) }
        #expect(visible == (text == "one" ? [] : ["result"]))
        try file.finish()
        #expect(try read(path) == text)
      }
      #expect(try names(directory) == ["result"])
    }
  }

  @Test func `one that is never finished leaves nothing`() throws {
    try temporaryDirectory { directory in
      var file: AtomicFile? = AtomicFile("\(directory)/result")
      try write("half", file?.temporary ?? "")
      #expect(try names(directory).count == 1)
      file = nil
      #expect(try names(directory) == [])
    }
  }

  @Test func `what can't be written is named, not what lies beside it`() {
    #expect(throws: FileError.unwritable(path: "/dev/null/x", reason: "Not a directory")) {
      try AtomicFile.write(Data(), to: "/dev/null/x")
    }
    #expect(
      "\(FileError.unwritable(path: "/dev/null/x", reason: "Not a directory"))"
        == "cannot write /dev/null/x: Not a directory; make room there, or choose another --out")
  }
}

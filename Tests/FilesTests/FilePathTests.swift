import Files
import Foundation
import TestSupport
import Testing

@Suite struct FilePathTests {
  @Test(
    arguments: [
      ([0x61, 0x2F, 0x62], "a/b"), ([0x63, 0xE9], #"c\xE9"#), ([0xE2, 0x82], #"\xE2\x82"#), ([0x5C, 0xFF], #"\\\xFF"#),
      ([0x5C], #"\"#), ([0xC3, 0xA9, 0x80], #"é\x80"#),
    ] as [([UInt8], String)])
  func `a path that isn't UTF-8 is shown byte by byte`(bytes: [UInt8], shown: String) {
    #expect(FilePath(bytes: bytes).description == shown)
  }

  @Test(arguments: [
    ("a/b", "a", "b"), ("a/b/", "a", "b"), ("a", ".", "a"), (".", ".", "."), ("./", ".", "."), ("/", "/", "/"),
    ("//", "/", "/"), ("/b", "/", "b"), ("a//b", "a", "b"), ("", ".", ""), ("a/\u{301}b", "a", "\u{301}b"),
  ])
  func `every path has a parent and a last name`(_ path: String, _ parent: String, _ last: String) {
    #expect(Array(parentDirectory(path).utf8) == Array(parent.utf8))
    #expect(Array(lastComponent(path).utf8) == Array(last.utf8))
  }

  @Test func `paths are equal byte by byte, where strings are equal by meaning`() {
    #expect("\u{E9}" == "e\u{301}" && FilePath("\u{E9}") != FilePath("e\u{301}"))
    #expect(FilePath("a/b").parent == "a" && FilePath("/b").parent == "/" && FilePath("b").parent == nil)
    #expect(FilePath("a/b").lastComponent == "b" && FilePath("b").lastComponent == "b")
    #expect(FilePath("") / "b" == "b" && FilePath("a") / "b" == "a/b" && FilePath("a/") / "b" == "a/b")
  }

  @Test func `a folder's entries are told apart, links followed`() throws {
    try temporaryDirectory { directory in
      for name in ["b", "a.txt"] { try write("", "\(directory)/\(name)") }
      try FileManager.default.createDirectory(atPath: "\(directory)/d", withIntermediateDirectories: false)
      #expect(mkfifo("\(directory)/f", 0o600) == 0)
      try FileManager.default.createSymbolicLink(atPath: "\(directory)/l", withDestinationPath: "d")
      try FileManager.default.createSymbolicLink(atPath: "\(directory)/x", withDestinationPath: "gone")
      let found = try entries(of: FilePath(directory))
      #expect(found.map(\.name) == ["a.txt", "b", "d", "f", "l", "x"])
      #expect(found.map(\.kind) == [.regular, .regular, .folder, .pipe, .folder, nil])
      #expect(throws: FileError.missing(path: "\(directory)/no")) { try entries(of: FilePath("\(directory)/no")) }
      #expect(throws: FileError.self) { try entries(of: FilePath("\(directory)/b")) }
    }
  }

  @Test func `a path with a NUL in it is no file, rather than the file before the NUL`() throws {
    try temporaryDirectory { directory in
      try write("x", "\(directory)/a")
      #expect(throws: FileError.self) { try ReadOnlyFile("\(directory)/a\0b") }
      #expect(FileKind(at: FilePath("\(directory)/a\0b")) == nil)
    }
  }
}

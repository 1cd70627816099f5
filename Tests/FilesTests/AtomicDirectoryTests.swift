import Files
import Foundation
import TestSupport
import Testing

private struct Stop: Error {}

@Suite struct AtomicDirectoryTests {
  @Test func `a directory appears with all its files`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/result"
      try AtomicDirectory.write(path) { temporary in
        try write("one", "\(temporary)/a")
        try FileManager.default.createDirectory(atPath: "\(temporary)/deep", withIntermediateDirectories: true)
        try write("two", "\(temporary)/deep/b")
        #expect(!FileManager.default.fileExists(atPath: path))
      }
      #expect(try read("\(path)/a") == "one")
      #expect(try read("\(path)/deep/b") == "two")
      #expect(try names(directory) == ["result"])
    }
  }

  @Test func `a writer that fails leaves nothing, and what was there stays`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/result"
      try AtomicDirectory.write(path) { try write("old", "\($0)/a") }
      #expect(throws: Stop.self) {
        try AtomicDirectory.write(path) {
          try write("new", "\($0)/a")
          throw Stop()
        }
      }
      #expect(try names(directory) == ["result"])
      #expect(try read("\(path)/a") == "old")
    }
  }

  @Test func `an old directory is replaced`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/result"
      try AtomicDirectory.write(path) { try write("old", "\($0)/a") }
      try AtomicDirectory.write(path) { try write("new", "\($0)/b") }
      #expect(try names(path) == ["b"])
      #expect(try names(directory) == ["result"])
    }
  }

  @Test func `what dead writers left is removed, and nothing else`() throws {
    try temporaryDirectory { directory in
      try FileManager.default.createDirectory(atPath: "\(directory)/.tmp-new-1-x/y", withIntermediateDirectories: true)
      let kept = [".tmp-mine", ".tmp-new-1-y", ".tmp-new-z-x", "kept"]
      for name in kept { try write("", "\(directory)/\(name)") }
      AtomicDirectory.removeStale(in: directory) { $0 == "x" }
      #expect(try names(directory) == kept)
    }
  }

  @Test func `a directory that cannot be listed takes nobody's place`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/result"
      try AtomicDirectory.write(path) { try write("old", "\($0)/a") }
      #expect(throws: FileError.self) {
        try AtomicDirectory.write(path) { temporary in
          try FileManager.default.removeItem(atPath: temporary)
          try write("no directory", temporary)
        }
      }
      #expect(try read("\(path)/a") == "old")
      #expect(try names(directory) == ["result"])
    }
  }

  @Test func `a place that cannot be written is an error`() {
    #expect(throws: FileError.self) { try AtomicDirectory.write("/dev/null/x") { _ in } }
  }
}

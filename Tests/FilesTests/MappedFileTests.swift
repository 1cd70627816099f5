import Files
import Foundation
import TestSupport
import Testing

@Suite struct MappedFileTests {
  @Test func `bytes are the file's, none of an empty one`() throws {
    try temporaryDirectory { directory in
      for count in [0, 1, 4096, 10_000] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/some"))
        let file = try MappedFile("\(directory)/some")
        #expect(withExtendedLifetime(file) { Array(file.bytes) } == bytes)
      }
    }
  }

  @Test func `a file larger than memory is mapped, since nothing of it is read but what is touched`() throws {
    try temporaryDirectory { directory in
      let path = "\(directory)/sparse"
      try Data([7]).write(to: URL(fileURLWithPath: path))
      let size = 1 << 36
      try #require(truncate(path, off_t(size)) == 0)
      let file = try MappedFile(path)
      withExtendedLifetime(file) {
        #expect(
          file.bytes.count == size && file.bytes[0] == 7 && file.bytes[size / 2] == 0 && file.bytes[size - 1] == 0)
      }
    }
  }

  @Test func `what isn't there, or is no file, is refused`() throws {
    try temporaryDirectory { directory in
      #expect(throws: FileError.missing(path: "\(directory)/none")) { try MappedFile("\(directory)/none") }
      try #require(mkfifo("\(directory)/pipe", 0o600) == 0)
      for path in [directory, "\(directory)/pipe"] {
        #expect(throws: FileError.self) { try MappedFile(path) }
      }
    }
  }
}

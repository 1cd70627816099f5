import Foundation
import Safetensors
import TestSupport
import Testing

/// A file with the given header, its length before it, and some bytes of data.
private func file(_ header: String, data count: Int = 0) -> Data {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8) + Data(count: count)
}

private func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
  #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}

/// Two floats.
private func tensor(_ name: String, _ offsets: String) -> String { tensor(name, "F32", "[2]", offsets) }

/// What is wrong with `contents`; nil when it is a good file.
private func problem(_ contents: Data) throws -> SafetensorsError.Problem? {
  try temporaryDirectory { directory -> SafetensorsError.Problem? in
    let path = directory + "/model.safetensors"
    try contents.write(to: URL(fileURLWithPath: path))
    do {
      _ = try SafetensorsFile(reading: path)
      return nil
    } catch let error as SafetensorsError {
      #expect(error.path == path)
      return error.problem
    }
  }
}

@Suite struct `A file is refused` {
  @Test func `that is not there`() {
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(reading: "/nowhere/model.safetensors") }
    guard case .cannotRead = error?.problem else { return #expect(Bool(false), "found \(String(describing: error))") }
  }

  @Test(arguments: [0, 1, 7]) func `that is too short for a length`(bytes: Int) throws {
    #expect(try problem(Data(count: bytes)) == .tooShort(bytes: bytes))
  }

  @Test(arguments: [3, 1 << 40, UInt64(Int64.max), UInt64.max])
  func `whose header is longer than what follows`(claimed: UInt64) throws {
    let contents = withUnsafeBytes(of: claimed.littleEndian) { Data($0) } + Data("{}".utf8)
    #expect(try problem(contents) == .headerLength(claimed: claimed, available: 2))
  }

  @Test(arguments: [
    "", " ", "[]", "null", "{", "}", "{}{}", "{} x", #"{"a"}"#, #"{"a":}"#, #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{},}"#,
    #"{"a"#, #"{"a\"#, #"{"\ud800":{}}"#, #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":{"a":{"b":{}}}}"#,
    #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"dtype":"F32"}}"#,
    #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"colour":"red"}}"#,
    #"{"a":{"dtype":"F32","shape":[]}}"#, #"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[+1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551620]}}"#,
  ])
  func `whose header is not the format's JSON`(header: String) throws {
    let found = try problem(file(header, data: 4))
    guard case .header = found else { return #expect(Bool(false), "found \(String(describing: found))") }
  }

  @Test func `whose header nests without end`() throws {
    let found = try problem(file(String(repeating: #"{"a":"#, count: 1_000_000)))
    guard case .header = found else { return #expect(Bool(false), "found \(String(describing: found))") }
  }

  @Test func `whose header isn't UTF-8`() throws {
    let header =
      Data(#"{""#.utf8) + Data([0xFF, 0xFE]) + Data(#"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
    let found = try problem(
      withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + Data(count: 4))
    guard case .header = found else { return #expect(Bool(false), "found \(String(describing: found))") }
  }

  /// Beyond the reference's bound, though the file is as long as it says: sparse, so it takes no disk.
  @Test func `whose header is longer than any`() throws {
    let claimed: UInt64 = 100_000_001
    try temporaryDirectory { directory in
      let path = directory + "/model.safetensors"
      try withUnsafeBytes(of: claimed.littleEndian) { Data($0) }.write(to: URL(fileURLWithPath: path))
      #expect(truncate(path, 8 + Int(claimed)) == 0)
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(reading: path) }
      #expect(error?.problem == .longHeader(claimed: claimed, limit: 100_000_000))
    }
  }

  @Test func `that is a directory`() throws {
    try temporaryDirectory { directory in
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(reading: directory) }
      guard case .cannotRead = error?.problem else { return #expect(Bool(false), "found \(String(describing: error))") }
    }
  }

  @Test(arguments: ["F31", "f32", "", "F4"]) func `with a type that is none`(type: String) throws {
    let contents = file("{\(tensor("a", type, "[2]", "[0,8]"))}", data: 8)
    #expect(try problem(contents) == .unknownType(name: "a", type: type))
  }

  @Test(arguments: [("[0,12]", 0..<12), ("[8,16]", 8..<16), ("[0,9223372036854775807]", 0..<Int.max)])
  func `with a tensor past its end`(offsets: String, range: Range<Int>) throws {
    let contents = file("{\(tensor("a", "F32", "[2]", offsets))}", data: 8)
    #expect(try problem(contents) == .outside(name: "a", range: range, available: 8))
  }

  @Test func `with overlapping tensors`() throws {
    let contents = file("{\(tensor("b", "[4,12]")),\(tensor("a", "[0,8]"))}", data: 12)
    #expect(try problem(contents) == .overlap(name: "b", begins: 4, previousEnds: 8))
    // Of no bytes, but inside of another.
    let empty = file("{\(tensor("b", "F32", "[0]", "[4,4]")),\(tensor("a", "[0,8]"))}", data: 8)
    #expect(try problem(empty) == .overlap(name: "b", begins: 4, previousEnds: 8))
    let same = file("{\(tensor("b", "[0,8]")),\(tensor("a", "[0,8]"))}", data: 8)
    guard case .overlap = try problem(same) else { return #expect(Bool(false), "the same bytes twice") }
  }

  @Test func `with gaps before, between or after tensors`() throws {
    #expect(try problem(file("{\(tensor("a", "[4,12]"))}", data: 12)) == .gap(byte: 0, next: 4))
    let between = file("{\(tensor("a", "[0,8]")),\(tensor("b", "[9,17]"))}", data: 17)
    #expect(try problem(between) == .gap(byte: 8, next: 9))
    #expect(try problem(file("{\(tensor("a", "[0,8]"))}", data: 9)) == .gap(byte: 8, next: 9))
    #expect(try problem(file("{}", data: 1)) == .gap(byte: 0, next: 1))
  }

  @Test(arguments: [("F32", "[3]", 12), ("F32", "[]", 4), ("F16", "[2]", 4), ("F64", "[2]", 16), ("F32", "[0]", 0)])
  func `with a tensor whose bytes are not its shape's`(type: String, shape: String, expected: Int) throws {
    let contents = file("{\(tensor("a", type, shape, "[0,8]"))}", data: 8)
    #expect(try problem(contents) == .size(name: "a", bytes: 8, expected: expected))
  }

  @Test func `with a shape beyond all memory`() throws {
    let contents = file("{\(tensor("a", "F32", "[4294967296,4294967296]", "[0,8]"))}", data: 8)
    #expect(try problem(contents) == .tooLarge(name: "a", shape: [1 << 32, 1 << 32]))
  }

  @Test func `with a name given twice`() throws {
    let contents = file("{\(tensor("a", "[0,8]")),\(tensor("a", "[8,16]"))}", data: 16)
    #expect(try problem(contents) == .duplicateName("a"))
    let escaped = file(#"{\#(tensor("a", "[0,8]")),\#(tensor(#"\u0061"#, "[8,16]"))}"#, data: 16)
    #expect(try problem(escaped) == .duplicateName("a"))
    #expect(try problem(file(#"{"__metadata__":{"k":"1","k":"2"}}"#)) == .duplicateName("__metadata__.k"))
  }

  @Test func `unless it is a good one`() throws {
    #expect(try problem(file("{}")) == nil)
    #expect(try problem(file(" { } \n")) == nil)
    let spaced = #"{ "a" : { "shape" : [ 2 ] , "data_offsets" : [ 0 , 8 ] , "dtype" : "F32" } }   "#
    #expect(try problem(file(spaced, data: 8)) == nil)
    #expect(try problem(file("{\(tensor("a", "F32", "[0,5]", "[0,0]"))}")) == nil)
  }
}

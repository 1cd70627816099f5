import Foundation
import Safetensors
import TestSupport
import Testing

/// A file of these tensors, opened. Its name is gone by then, the mapping stays.
private func opened(
  _ tensors: [(name: String, shape: [Int], values: [Float])],
  integers: [(name: String, shape: [Int], values: [Int64])] = [], metadata: [String: String] = [:]
) throws -> SafetensorsFile {
  try temporaryDirectory { directory in
    let path = directory + "/model.safetensors"
    try write(tensors, integers: integers, metadata: metadata, to: path)
    return try SafetensorsFile(reading: path)
  }
}

private func write(
  _ tensors: [(name: String, shape: [Int], values: [Float])],
  integers: [(name: String, shape: [Int], values: [Int64])] = [],
  metadata: [String: String] = [:], to path: String
) throws {
  // Copies that outlive the call, as a model's parameters would.
  let floats = tensors.map {
    ($0.name, $0.shape, UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.values.count))
  }
  let whole = integers.map {
    ($0.name, $0.shape, UnsafeMutableBufferPointer<Int64>.allocate(capacity: $0.values.count))
  }
  for (tensor, copy) in zip(tensors, floats) { _ = copy.2.update(from: tensor.values) }
  for (tensor, copy) in zip(integers, whole) { _ = copy.2.update(from: tensor.values) }
  defer {
    for tensor in floats { tensor.2.deallocate() }
    for tensor in whole { tensor.2.deallocate() }
  }
  try SafetensorsWriter.write(
    floats.map { ($0.0, $0.1, .floats(UnsafeBufferPointer($0.2))) }
      + whole.map { ($0.0, $0.1, .integers(UnsafeBufferPointer($0.2))) },
    metadata: metadata, to: path)
}

@Suite struct `Values in a file` {
  let tensors: [(name: String, shape: [Int], values: [Float])] = [
    ("visual.proj", [2, 3], [1, -2, .infinity, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude]),
    ("logit_scale", [], [2.6593]), ("empty", [0, 4], []), (#"odd "name" / \ 名"#, [2], [7, 8]),
  ]

  @Test func `come back with the same bits, shapes and metadata`() throws {
    let metadata = ["format": "pt", "note": "line\nbreak \"quoted\""]
    let integers: [(name: String, shape: [Int], values: [Int64])] = [
      ("bn.count", [], [.min]), ("tokens", [2], [3, .max]),
    ]
    let file = try opened(tensors, integers: integers, metadata: metadata)
    #expect(file.metadata == metadata)
    #expect(file.entries.count == tensors.count + integers.count)
    for (name, shape, values) in tensors {
      #expect(try file.entry(name).shape == shape)
      #expect(try file.floats(name).map(\.bitPattern) == values.map(\.bitPattern))
    }
    for (name, shape, values) in integers {
      #expect(try file.entry(name).shape == shape)
      #expect(try file.integers(name) == values)
    }
    for entry in file.entries.values { #expect(entry.range.lowerBound % entry.type.size == 0, "\(entry)") }
  }

  @Test func `give the same file in any order`() throws {
    try temporaryDirectory { directory in
      let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "\($0)") })
      try write(tensors, metadata: metadata, to: directory + "/a")
      try write(tensors.reversed(), metadata: metadata, to: directory + "/b")
      let (a, b) = (
        FileManager.default.contents(atPath: directory + "/a"), FileManager.default.contents(atPath: directory + "/b")
      )
      #expect(a == b)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a", "b"])
    }
  }

  @Test func `are copied into memory of the right size only`() throws {
    let file = try opened(tensors)
    var values = [Float](repeating: .nan, count: 6)
    try values.withUnsafeMutableBufferPointer { try file.copy("visual.proj", into: $0) }
    #expect(values == tensors[0].values)
    var short = [Float](repeating: 0, count: 5)
    let error = #expect(throws: SafetensorsError.self) {
      try short.withUnsafeMutableBufferPointer { try file.copy("visual.proj", into: $0) }
    }
    #expect(error?.problem == .count(name: "visual.proj", found: 6, expected: 5))
  }

  @Test func `that are missing or of another type are reported`() throws {
    let file = try opened(tensors)
    #expect(throws: SafetensorsError(path: file.path, problem: .missing(name: "visual.prj"))) {
      try file.floats("visual.prj")
    }
    let problem = SafetensorsError.Problem.type(name: "logit_scale", found: .f32, expected: "U8")
    #expect(throws: SafetensorsError(path: file.path, problem: problem)) { try file.bytes("logit_scale") }
    #expect(throws: SafetensorsError.self) { try file.integers("logit_scale") }
  }

  @Test func `of a file that cannot be written are reported`() throws {
    let error = #expect(throws: SafetensorsError.self) { try write(tensors, to: "/nowhere/model.safetensors") }
    guard case .cannotWrite = error?.problem else { return #expect(Bool(false), "found \(String(describing: error))") }
  }

  @Test func `written by PyTorch are read, whatever their type`() throws {
    let golden = try Golden("element_types")
    let expected: [Float] = [0, 1, -2.5, 0.333251953125, 65504]
    #expect(try golden.floats("f32") == expected)
    #expect(try golden.floats("f16") == expected)
    #expect(try golden.floats("f64") == expected)
    #expect(try golden.floats("bf16") == [0, 1, -2.5, 0.333984375, 65536])
    #expect(try golden.floats("i64") == [-3, 0, 16_777_216])
    #expect(try golden.integers("i64") == [-3, 0, 1 << 24])
    #expect(try golden.bytes("u8") == [0, 127, 255])
    #expect(try golden.scalar("scalar") == 2.5)
    #expect(try golden.shape("scalar") == [])
    #expect(throws: SafetensorsError.self) { try golden.floats("bool") }
    #expect(golden.file.metadata == ["format": "pt"])
  }
}

/// What PyTorch rounds floats to: Tests/Golden/storage.py.
@Suite struct `Floats stored in half` {
  @Test(arguments: [FloatStorage.f16, .bf16]) func `have PyTorch's bits`(storage: FloatStorage) throws {
    let golden = try Golden("storage")
    let values = try golden.floats("storage.values")
    let expected = try golden.integers("storage.\(storage.rawValue)").map { UInt16(truncatingIfNeeded: $0) }
    try temporaryDirectory { directory in
      let path = directory + "/half.safetensors"
      try values.withUnsafeBufferPointer {
        try SafetensorsWriter.write([("values", [values.count], .floats($0, as: storage))], to: path)
      }
      let contents = try Data(contentsOf: URL(fileURLWithPath: path))
      let bits = contents.suffix(2 * values.count)
      let read = try SafetensorsFile(reading: path).floats("values")
      for i in values.indices {
        let (low, high) = (bits[bits.startIndex + 2 * i], bits[bits.startIndex + 2 * i + 1])
        let found = UInt16(low) | UInt16(high) << 8
        // Which NaN it is, PyTorch leaves to the processor.
        #expect(found == expected[i] || values[i].isNaN && read[i].isNaN, "\(values[i]): \(found), \(expected[i])")
        #expect(storage.overflows(values[i]) == (values[i].isFinite && read[i].isInfinite), "\(values[i])")
      }
      #expect(try SafetensorsFile(reading: path).entry("values").type == storage.type)
    }
  }

  @Test func `of more elements than are rounded at once, and of odd number, are all there`() throws {
    let values = (0..<(1 << 18) + 3).map { Float($0 % 251) }
    try temporaryDirectory { directory in
      let path = directory + "/long.safetensors"
      let one: [Float] = [7]
      try values.withUnsafeBufferPointer { values in
        try one.withUnsafeBufferPointer {
          try SafetensorsWriter.write(
            [("long", [values.count], .floats(values, as: .bf16)), ("a", [], .floats($0, as: .bf16))], to: path)
        }
      }
      let file = try SafetensorsFile(reading: path)
      #expect(try file.floats("long") == values && file.floats("a") == one)
    }
  }
}

@Suite struct `A file that changes while it is open` {
  @Test func `is an error where it was cut, and what lies before is read`() throws {
    try temporaryDirectory { directory in
      let path = directory + "/cut.safetensors"
      let values = (0..<40_000).map(Float.init)
      try values.withUnsafeBufferPointer {
        try SafetensorsWriter.write([("a", [10_000], .init(rebasing: $0[..<10_000])), ("b", [40_000], $0)], to: path)
      }
      let file = try SafetensorsFile(reading: path)
      #expect(truncate(path, off_t(file.entries["b"]!.range.lowerBound + 8)) == 0)
      #expect(try file.floats("a") == Array(values[..<10_000]))
      let error = #expect(throws: SafetensorsError.self) { try file.floats("b") }
      #expect(error?.description.contains("it ends before byte") == true, "\(String(describing: error))")
    }
  }

  @Test func `stays what it was where another takes its name`() throws {
    try temporaryDirectory { directory in
      let path = directory + "/named.safetensors"
      func write(_ value: Float) throws {
        try [value].withUnsafeBufferPointer { try SafetensorsWriter.write([("a", [1], $0)], to: path) }
      }
      try write(1)
      let file = try SafetensorsFile(reading: path)
      try write(2)
      #expect(try file.floats("a") == [1])
      #expect(try SafetensorsFile(reading: path).floats("a") == [2])
    }
  }
}

import Foundation
import Safetensors
import TestSupport
import Testing
import TorchFiles

/// What PyTorch saved: `Tests/Golden/torch_files.py`.
@Suite struct TorchFileTests {
  private static func path(_ name: String) -> String { Golden.path("torch_files/\(name).pt") }

  private static func values(_ file: TorchFile, _ name: String) throws -> [Float] {
    let entry = try #require(file.entries[name])
    var values = [Float](repeating: .nan, count: entry.count)
    try values.withUnsafeMutableBufferPointer { try file.copy(name, into: $0) }
    return values
  }

  @Test func `tensors have PyTorch's values, views of a storage too`() throws {
    let (file, golden) = (try TorchFile(reading: Self.path("plain")), try Golden("torch_files"))
    #expect(file.entries.keys.sorted() == golden.names)
    for name in golden.names {
      #expect(file.entries[name]?.shape == (try golden.shape(name)), "\(name)")
      #expect(try Self.values(file, name) == golden.floats(name), "\(name)")
    }
    #expect(file.leftAside.isEmpty)
  }

  @Test func `a training run's checkpoint gives its state dict, without the wrapper's prefix`() throws {
    let file = try TorchFile(reading: Self.path("training"))
    #expect(
      file.entries.keys.sorted() == [
        "0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var", "1.weight",
      ])
    #expect(try Self.values(file, "1.num_batches_tracked") == [1])
    #expect(file.leftAside == ["epoch", "name", "optimizer"])
  }

  @Test(arguments: [
    ("before-zip", TorchFileError.Problem.beforeZip), ("script", .script),
    ("namespace", .global(name: "argparse.Namespace")), ("list", .noStateDict),
  ])
  func `what is no state dict is refused by name`(_ name: String, _ expected: TorchFileError.Problem) {
    let error = #expect(throws: TorchFileError.self) { try TorchFile(reading: Self.path(name)) }
    #expect(error?.problem == expected)
  }

  @Test func `an expanded tensor is refused, since it could be of any size`() {
    let error = #expect(throws: TorchFileError.self) { try TorchFile(reading: Self.path("expanded")) }
    guard case .tensor("expanded", _) = error?.problem else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
  }

  /// A name that would run a command is named and not called.
  @Test func `a pickle that would execute something is refused`() throws {
    let call = "cposix\nsystem\n(X\u{4}\0\0\0truetR."
    let bytes = Self.archive(of: Array(call.utf8))
    try temporaryDirectory { directory in
      let path = directory + "/hostile.pt"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: TorchFileError.self) { try TorchFile(reading: path) }
      #expect(error?.problem == .global(name: "posix.system"))
    }
  }

  /// Some thousand files with bytes changed, cut off or doubled: each is read or refused, none ends the process.
  @Test(arguments: ["plain", "training"]) func `damaged files are read or refused`(_ name: String) throws {
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.path(name))))
    var random = Linear(state: 7)
    try temporaryDirectory { directory in
      let path = directory + "/damaged.pt"
      var refused = 0
      for _ in 0..<3000 {
        try Data(random.damaged(good)).write(to: URL(fileURLWithPath: path))
        do {
          let file = try TorchFile(reading: path)
          for (tensor, entry) in file.entries where entry.type.size >= 2 && entry.count < 1 << 20 {
            _ = try? Self.values(file, tensor)
          }
        } catch is TorchFileError { refused += 1 }
      }
      #expect(refused > 1000)
    }
  }

  @Test func `depth costs nothing`() throws {
    let depth = 300_000
    let tuples = [UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: depth)
    let lists =
      [UInt8](repeating: UInt8(ascii: "]"), count: depth) + [UInt8](repeating: UInt8(ascii: "a"), count: depth - 1)
    try temporaryDirectory { directory in
      let path = directory + "/deep.pt"
      for opcodes in [tuples, lists] {
        try Data(Self.archive(of: opcodes + [UInt8(ascii: ".")])).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: TorchFileError.self) { try TorchFile(reading: path) }
        #expect(error?.problem == .noStateDict)
      }
    }
  }

  /// An archive of one member, `x/data.pkl`.
  private static func archive(of pickle: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
    let member = Array("x/data.pkl".utf8)
    let sizes =
      number(0, 4) + number(pickle.count, 4) + number(pickle.count, 4) + number(member.count, 2) + number(0, 2)
    let common = number(0, 2) + number(0, 2) + number(0, 4) + sizes
    let local = number(0x0403_4B50, 4) + number(20, 2) + common + member + pickle
    let central = number(0x0201_4B50, 4) + number(20, 2) + number(20, 2) + common + number(0, 14) + member
    let end = number(0x0605_4B50, 4) + number(0, 4) + number(1, 2) + number(1, 2) + number(central.count, 4)
    return local + central + end + number(local.count, 4) + number(0, 2)
  }
}

/// Numbers that are the same in every run.
private struct Linear: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 32 | state << 32
  }

  /// With some bytes changed, most of them where structure is, or with its end cut off.
  mutating func damaged(_ good: [UInt8]) -> [UInt8] {
    var bytes = good
    switch Int.random(in: 0..<8, using: &self) {
    case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &self))
    case 1:
      let at = Int.random(in: 0..<bytes.count - 9, using: &self)
      let value = [UInt8](repeating: [0, 0x7F, 0x80, 0xFF].randomElement(using: &self)!, count: 8)
      bytes.replaceSubrange(at..<at + 8, with: value)
    default:
      for _ in 0..<Int.random(in: 1...6, using: &self) {
        bytes[Int.random(in: 0..<bytes.count, using: &self)] = UInt8.random(in: 0...255, using: &self)
      }
    }
    return bytes
  }
}

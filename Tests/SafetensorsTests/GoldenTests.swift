import Foundation
import Safetensors
import TestSupport
import Testing

@Suite struct `Golden files` {
  @Test(arguments: ["element_types", "ops", "tiny_clip"]) func `open, and hold finite numbers`(name: String) throws {
    let golden = try Golden(name)
    #expect(!golden.names.isEmpty)
    for entry in golden.file.entries.values where [.f32, .f16, .bf16].contains(entry.type) {
      let values = try golden.floats(entry.name)
      #expect(values.count == entry.shape.reduce(1, *))
      #expect(values.allSatisfy { $0.isFinite }, "\(entry.name)")
    }
  }

  /// Whatever is wrong with a byte of the header: an error, or another good file, but no crash.
  @Test func `with a damaged byte are refused or read`() throws {
    let good = try Data(contentsOf: URL(fileURLWithPath: Golden.path("element_types.safetensors")))
    try temporaryDirectory { directory in
      let path = directory + "/damaged.safetensors"
      for position in 0..<good.count {
        var damaged = good
        damaged[position] ^= [0x01, 0x10, 0x80, 0x22 ^ good[position]][position % 4]
        try damaged.write(to: URL(fileURLWithPath: path))
        guard let file = try? SafetensorsFile(reading: path) else { continue }
        for name in file.entries.keys { _ = try? file.floats(name) }
      }
    }
  }
}

private let python = ProcessInfo.processInfo.environment["DIAGONAL_PYTHON"]

@Suite struct `Python` {
  @Test(.enabled(if: python != nil, "DIAGONAL_PYTHON names a Python with torch and safetensors"))
  func `reads what was written`() throws {
    try temporaryDirectory { directory in
      let path = directory + "/model.safetensors"
      let (weights, scale, count): ([Float], [Float], [Int64]) = ([1, -2.5, 0.25, 3, 1e-3, 7], [2.5], [1 << 40])
      try weights.withUnsafeBufferPointer { weights in
        try scale.withUnsafeBufferPointer { scale in
          try count.withUnsafeBufferPointer { count in
            try SafetensorsWriter.write(
              [
                ("visual.proj", [2, 3], .floats(weights)), ("logit_scale", [], .floats(scale)),
                ("bn1.count", [], .integers(count)),
              ], metadata: ["format": "pt", "quoted": "\"\n/é"], to: path)
          }
        }
      }
      let script = Golden.path("../Interop/read_safetensors.py")
      let result = try run(try #require(python), [script, path])
      #expect(result.stderr == "")
      #expect(
        result.stdout == #"""
          {"format": "pt", "quoted": "\"\n/\u00e9"}
          bn1.count int64 [] [1099511627776]
          logit_scale float32 [] [2.5]
          visual.proj float32 [2, 3] [1.0, -2.5, 0.25, 3.0, 0.0010000000474974513, 7.0]

          """#)
    }
  }
}

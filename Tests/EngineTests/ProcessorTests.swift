import CKernels
import Engine
import Foundation
import TestSupport
import Testing

/// Passes held to a lower instruction set must be what they say: none passes as another.
@Suite struct ProcessorTests {
  /// What /proc/cpuinfo says, which neither our kernels nor oneDNN read.
  private static let best: Processor.Level = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    let flags = Set(line.split(separator: " ").map(String.init))
    if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) {
      return flags.contains("avx512_bf16") ? .avx512BF16 : .avx512
    }
    return flags.isSuperset(of: ["avx2", "fma"]) ? .avx2 : .baseline
  }()

  private static var expected: Processor.Level {
    let limit = ProcessInfo.processInfo.environment["DIAGONAL_MAX_ISA"]
    let named = Processor.Level.allCases.first { $0.description == limit }
    return min(best, named ?? best)
  }

  @Test func `kernels and oneDNN use what the processor has, or what they are held to`() {
    #expect(Processor.best == Self.best)
    #expect(Processor.kernels == Self.expected)
    #expect(Processor.oneDNN == Self.expected)
    #expect(Processor.multipliesBF16 == (Self.expected == .avx512BF16))
  }

  /// Tables of levels that no pass of the tests runs are compared with the one that does.
  @Test(arguments: Processor.Level.allCases.filter { $0 <= best })
  func `every level's kernels agree`(_ level: Processor.Level) throws {
    let table = try #require(ck_kernels_of(ck_level(UInt32(level.rawValue)))).pointee
    #expect(table.level.rawValue == UInt32(level.rawValue))
    let (batch, length, heads, width) = (2, 21, 2, 32)
    let packed = (0..<batch * length * 3 * heads * width).map { Float(sin(Double($0) * 0.37)) }
    func attended(_ kernels: ck_kernels) -> (y: [Float], dpacked: [Float]) {
      var y = [Float](repeating: 0, count: packed.count / 3)
      var dpacked = [Float](repeating: 0, count: packed.count)
      let scratch = Tensor(shape: [ck_attention_scratch(length, width)], repeating: 0)
      kernels.attention_forward_f32(
        &y, packed, scratch.buffer.baseAddress, 0.2, 0, batch * heads, length, heads, width, 1)
      kernels.attention_backward_f32(
        &dpacked, y, packed, scratch.buffer.baseAddress, 0.2, 0, batch * heads, length, heads, width, 1, 0)
      return (y, dpacked)
    }
    let (found, expected) = (attended(table), attended(ck_kernels_at_hand().pointee))
    expectClose(found.y, expected.y, relative: 1e-5, because: "sums in another order")
    expectClose(found.dpacked, expected.dpacked, relative: 1e-5, because: "sums in another order")
  }
}

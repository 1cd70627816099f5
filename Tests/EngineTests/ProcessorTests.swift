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
    let (starts, heads, width) = ([0, 21, 30] as [Int32], 2, 32)
    let packed = (0..<30 * 3 * heads * width).map { Float(sin(Double($0) * 0.37)) }
    func attended(_ kernels: ck_kernels) -> (y: [Float], dpacked: [Float]) {
      var y = [Float](repeating: 0, count: packed.count / 3)
      var dpacked = [Float](repeating: 0, count: packed.count)
      let scratch = Tensor(shape: [ck_attention_scratch(21, width)], repeating: 0)
      kernels.attention_forward_f32(
        &y, packed, scratch.buffer.baseAddress, starts, nil, 0.2, 0, 2 * heads, heads, width, 1)
      kernels.attention_backward_f32(
        &dpacked, y, packed, scratch.buffer.baseAddress, starts, nil, 0.2, 0, 2 * heads, heads, width, 1, 0)
      return (y, dpacked)
    }
    let atHand = ck_kernels_at_hand().pointee
    let (found, expected) = (attended(table), attended(atHand))
    expectClose(found.y, expected.y, relative: 1e-5, because: "sums in another order")
    expectClose(found.dpacked, expected.dpacked, relative: 1e-5, because: "sums in another order")
    for (name, kernel) in Self.rowKernels {
      expectClose(kernel(table), kernel(atHand), relative: 1e-5, because: "\(name): sums in another order")
    }
  }

  /// One of each kind of loop: over rows, over numbers, over bf16 numbers, over tiles. Rows of 37 leave a rest in any vector.
  private static let rowKernels: [(name: String, run: @Sendable (ck_kernels) -> [Float])] = {
    let (rows, width) = (5, 37)
    let x = (0..<rows * width).map { Float(sin(Double($0) * 0.71)) }
    let ones = [Float](repeating: 1, count: width)
    return [
      (
        "layer_norm_forward",
        { kernels in
          var (y, mean, rstd) = (x, [Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
          kernels.layer_norm_forward_f32(&y, &mean, &rstd, x, ones, ones, 1e-5, rows, width)
          return y + mean + rstd
        }
      ),
      (
        "gelu_backward",
        { kernels in
          var dx = x
          kernels.gelu_backward_f32(&dx, x, x, x.count, 1)
          return dx
        }
      ),
      (
        "convert and widen",
        { kernels in
          var half = [UInt16](repeating: 0, count: x.count)
          var back = x
          kernels.convert_bf16(&half, x, x.count)
          kernels.widen_bf16(&back, half, x.count, 0)
          return back
        }
      ),
      (
        "adamw",
        { kernels in
          var (value, first, second) = (x, x.map { $0 / 10 }, x.map { $0 * $0 })
          kernels.adamw(&value, &first, &second, x, 0.5, 1e-3, 0.9, 0.98, 1e-6, 0.2, 0.1, 0.02, x.count)
          return value + first + second
        }
      ),
      (
        "contrastive_tile",
        { kernels in
          var (tile, rowSums, columnSums) = (x, [Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
          kernels.contrastive_tile(
            &tile, &rowSums, &columnSums, [Float](repeating: 9, count: rows), ones, 7, rows, width)
          return tile + rowSums + columnSums
        }
      ),
    ]
  }()
}

import CKernels
import COneDNN
import Foundation

/// What this processor can do, as our kernels and oneDNN use it.
///
/// The environment's `DIAGONAL_MAX_ISA` holds both to a lower level: for the same bits on processors that differ, or to
/// see what another processor would do.
public enum Processor {
  /// Instruction sets, each with those before it, in the order of `ck_level`.
  public enum Level: Int, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    /// What every processor of the architecture has.
    case baseline
    /// AVX2 and FMA.
    case avx2
    case avx512
    /// AVX-512 with products of bf16 numbers.
    case avx512BF16

    init(_ level: ck_level) { self = Level(rawValue: Int(level.rawValue)) ?? .baseline }

    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    /// As `DIAGONAL_MAX_ISA` names it.
    public var description: String { String(cString: ck_level_name(ck_level(UInt32(rawValue)))) }
  }

  /// The best level that the processor has, whatever it is held to.
  public static var best: Level { Level(ck_processor_level()) }

  /// The level of our kernels, from what they were compiled for.
  public static var kernels: Level { Level(ck.level) }

  /// The level of oneDNN's kernels, as it says itself.
  public static var oneDNN: Level {
    OneDNN.holdToLimit
    let isa = dnnl_get_effective_cpu_isa().rawValue
    func has(_ level: dnnl_cpu_isa_t) -> Bool { isa & level.rawValue == level.rawValue }
    if has(dnnl_cpu_isa_avx512_core_bf16) { return .avx512BF16 }
    if has(dnnl_cpu_isa_avx512_core) { return .avx512 }
    return has(dnnl_cpu_isa_avx2) ? .avx2 : .baseline
  }

  /// Whether bf16 numbers are multiplied by instructions for it; else they are widened before products.
  public static let multipliesBF16 = oneDNN >= .avx512BF16

  /// Whether bf16 numbers are multiplied faster than f32's, as in registers one thread finds within a few milliseconds: some
  /// processors have instructions that aren't. The two take turns and the best of each counts, so that a moment's disturbance
  /// decides nothing; true ratios are 2 or 1/2.
  public static let multipliesBF16Faster: Bool = {
    guard multipliesBF16 else { return false }
    let threads = Threads.count
    Threads.count = 1
    defer { Threads.count = threads }
    var (f32, bf16) = (0.0, 0.0)
    for _ in 0..<8 {
      f32 = max(f32, MultiplyAddRate.peak(.f32, seconds: 0.002))
      bf16 = max(bf16, MultiplyAddRate.peak(.bf16, seconds: 0.002))
    }
    return bf16 > f32
  }()

  /// Its maker's name for it, as Linux tells it.
  public static let name: String = {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
    return line?.trimmingCharacters(in: .whitespaces) ?? "a processor without a name"
  }()

  /// Checks that `DIAGONAL_MAX_ISA`, if it is set, names a level.
  public static func checkLimit() throws(ProcessorError) {
    guard ck_level_limit() == -2 else { return }
    throw .unknownLimit(String(cString: getenv("DIAGONAL_MAX_ISA")))
  }
}

/// What can be wrong with how the environment limits the processor.
public enum ProcessorError: Error, CustomStringConvertible {
  case unknownLimit(String)
  /// OMP_THREAD_LIMIT.
  case threadLimit(Int, wanted: Int)

  public var description: String {
    switch self {
    case .threadLimit(let limit, let wanted):
      "OMP_THREAD_LIMIT is \(limit), and \(wanted) threads a worker are asked for: unset it, or ask for \(limit)"
    case .unknownLimit(let name):
      "DIAGONAL_MAX_ISA is \(name), expected \(Processor.Level.allCases.map(\.description).joined(separator: ", "))"
    }
  }
}

import Foundation
import Settings

/// Memory that this process may still take.
enum FreeMemory {
  /// What stays for others.
  static let reserve = 256 << 20

  /// By the machine and by the process's control group, whichever has less; nil where neither tells.
  static var bytes: Int? { [machine, group].compactMap { $0 }.min() }

  private static var machine: Int? {
    let lines = text("/proc/meminfo")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Of version 2, as containers and Slurm have it; the file cache that the group would give back counts as free.
  private static var group: Int? {
    guard let line = text("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else {
      return nil
    }
    let directory = "/sys/fs/cgroup" + line.dropFirst(3)
    guard let limit = number("\(directory)/memory.max"), let used = number("\(directory)/memory.current") else {
      return nil
    }
    let cache = text("\(directory)/memory.stat")?.split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
    return limit - used + (cache?.split(separator: " ").last.flatMap { Int($0) } ?? 0)
  }

  private static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .newlines)) }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

extension ByteCount {
  /// `1.2 GiB`
  var words: String { String(format: "%.1f GiB", Double(bytes) / Double(1 << 30)) }
}

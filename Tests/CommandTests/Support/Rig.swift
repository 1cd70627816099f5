import Foundation
import TestSupport

/// `launch/rig`, and whether it works on this machine.
enum Rig {
  static var possible: Bool { probed?.status == 0 }
  /// What it says where it doesn't.
  static var reason: String {
    probed?.stderr.trimmingCharacters(in: .whitespacesAndNewlines) ?? "launch/rig can't be started"
  }

  private static let probed = try? run(command: ["\(repository)/launch/rig", "--probe"])

  static func command(hosts: Int = 2, options: [String] = [], _ words: [String]) -> [String] {
    ["\(repository)/launch/rig", "--hosts", "\(hosts)"] + options + words
  }
}

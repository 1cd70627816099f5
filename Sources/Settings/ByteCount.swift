import Foundation

/// A number of bytes, written `4096`, `512MiB` or `4GiB`.
public struct ByteCount: Sendable, Equatable {
  public var bytes: Int

  public init(_ bytes: Int) { self.bytes = bytes }
}

extension ByteCount {
  /// Nil where the text is no number of bytes.
  public init?(text: String) { self.init(.plain(text)) }

  /// `512MiB`
  public var text: String { yaml }
}

extension ByteCount: SettingValue {
  private static let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]

  static var expected: String { "a number of bytes, as in 512MiB or 4GiB" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value else { return nil }
    let (unit, shift) = Self.units.first { text.hasSuffix($0.0) } ?? ("", 0)
    let digits = text.dropLast(unit.count).trimmingCharacters(in: .whitespaces)
    guard let number = Double(digits), number.magnitude < Double(1 << (62 - shift)) else { return nil }
    bytes = Int(number * Double(1 << shift))
  }
  var yaml: String {
    let (unit, shift) = Self.units.last { bytes > 0 && bytes % (1 << $0.1) == 0 } ?? ("", 0)
    return "\(bytes >> shift)\(unit)"
  }
}

import Foundation

/// A file of classes for `eval zero-shot`: samples count if their JSON's field `label` holds one of `classes`.
struct ClassFile: Encodable {
  let label: String
  let classes: [String]

  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

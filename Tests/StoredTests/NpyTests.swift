import Engine
import Foundation
import Stored
import TestSupport
import Testing

@Test func `the header of an npy file is version 1, and the data begins at a multiple of 64`() {
  let header = NpyHeader.bytes(rows: 3, width: 512)
  let start = Array("\u{93}NUMPY\u{1}\u{0}\u{76}\u{0}".unicodeScalars.map { UInt8($0.value) })
  #expect(Array(header.prefix(10)) == start)
  let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 512), }"
  #expect(header.count == 128 && header.last == UInt8(ascii: "\n"))
  #expect(
    String(decoding: header.dropFirst(10), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) == dictionary)
  #expect(NpyHeader.bytes(rows: .max, width: .max).count == 128)
}

@Test func `rows written one after another are read back`() throws {
  try temporaryDirectory { directory in
    let writer = try NpyWriter("\(directory)/x.npy", width: 2)
    try writer.append(Tensor(shape: [2, 2], [1, 2, 3, -4]))
    try writer.append(Tensor(shape: [1, 2], [0.5, .pi]))
    try writer.close()
    let (shape, values) = try readNpy("\(directory)/x.npy")
    #expect(shape == [3, 2] && values == [1, 2, 3, -4, 0.5, .pi])
  }
}

@Test func `a place that can't be written is named`() {
  let error = #expect(throws: StoredError.self) { try NpyWriter("/nowhere/x.npy", width: 2) }
  #expect(
    error?.description
      == "can't write /nowhere/x.npy: No such file or directory; make room there, or choose another --out")
}

import Settings
import Testing

@Suite struct LimitTests {
  /// A billion laughs.
  @Test func `aliases of aliases are refused before they are written out`() {
    let laughs = (1...9).map { level in
      "l\(level): &l\(level) [" + Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    let error = #expect(throws: RunFileError.self) {
      try RunFile(yaml: "l0: &l0 lol\n" + laughs.joined() + "data: {train: *l9}\n")
    }
    #expect(
      error.map { "\($0)".contains("its aliases make more than 100000 values of it") } ?? false, "\(error as Any)")
  }

  @Test(arguments: ["parallel.threads", "data.loader_threads", "batch.size"])
  func `numbers of any size are read or refused`(_ key: String) throws {
    for number in ["0", "-1", "2147483648", "9223372036854775807"] {
      let error = #expect(throws: RunFileError.self) { try RunFile(yaml: "", overrides: ["\(key)=\(number)"]) }
      #expect(error.map { "\($0)".hasPrefix("\(key) is \(number), must lie in 1…") } ?? false, "\(error as Any)")
    }
    #expect(throws: RunFileError.self) { try RunFile(yaml: "", overrides: ["\(key)=9223372036854775808"]) }
  }
}

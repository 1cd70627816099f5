import Files
import Foundation

/// A line on standard error.
@Sendable func printError(_ line: String) { writeStandardError(line + "\n") }

/// Prints one JSON object on one line of standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// `61.3 %`
func percent(_ share: some BinaryFloatingPoint) -> String { String(format: "%.1f %%", 100 * Double(share)) }

/// `text` with blanks before it, so that columns of a table end alike.
func column(_ text: String, _ width: Int = 10) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// `text` with blanks after it.
func padded(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }

/// `151,277,313`
func grouped(_ count: Int) -> String {
  let digits = Array(String(count).reversed())
  return String(digits.indices.flatMap { $0 > 0 && $0 % 3 == 0 ? [",", digits[$0]] : [digits[$0]] }.reversed())
}

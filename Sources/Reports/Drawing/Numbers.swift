import Foundation

/// A number for people, in four digits: `0.002`, `12.35`, `1.2e-7`, `3.6M`.
package func short(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  let size = abs(value)
  if size == 0 { return "0" }
  if size >= 1e15 || size < 1e-3 { return scientific(value) }
  for (factor, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")] where size >= factor {
    let unit = letter == "k" ? 1e3 : factor
    return decimal(value / unit, digits: size / unit >= 100 ? 0 : 2) + letter
  }
  let digits = max(0, 3 - Int(log10(size).rounded(.down)))
  return decimal(value, digits: min(digits, 5))
}

/// `1.2e-7` for what C prints as `1.200e-07`.
private func scientific(_ value: Double) -> String {
  let text = String(format: "%.3e", value)
  guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]) else { return text }
  return trimmed(String(text[..<e])) + "e\(exponent)"
}

/// A number with so many digits after the point at most.
func decimal(_ value: Double, digits: Int) -> String {
  let text = trimmed(String(format: "%.\(digits)f", value))
  return text == "-0" ? "0" : text
}

/// `0.5` for `0.500`.
private func trimmed(_ text: String) -> String {
  guard text.contains(".") else { return text }
  let digits = text.reversed().drop { $0 == "0" }
  return String(String(digits.first == "." ? digits.dropFirst() : digits).reversed())
}

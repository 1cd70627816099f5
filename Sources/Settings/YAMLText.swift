import Foundation

/// Text as YAML takes it on one line, inside a list too: bare where that is safe, else as JSON writes it.
func yamlText(_ text: String) -> String {
  let bare = text.wholeMatch(of: /[A-Za-z.\/][A-Za-z0-9_.\/+-]*/) != nil
  let word = ["null", "true", "false", "yes", "no", "on", "off", ".nan", ".inf"].contains(text.lowercased())
  return bare && !word && Double(text) == nil ? text : jsonText(text)
}

func jsonText(_ text: String) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  guard let data = try? encoder.encode(text) else { preconditionFailure("jsonText: \(text) does not encode") }
  return String(decoding: data, as: UTF8.self)
}

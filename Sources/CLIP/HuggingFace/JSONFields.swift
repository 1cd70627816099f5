import Foundation

/// The fields of a JSON object that came from elsewhere, read with the reason where one isn't what it should be.
struct JSONFields {
  let path: String
  /// Where in the file the object is: "text_config.", "" for the whole.
  private let place: String
  private let fields: [String: Any]

  init(path: String) throws(HuggingFaceError) {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    guard let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw .unreadable(path: path, reason: "it is no JSON object")
    }
    self.init(path: path, place: "", fields: fields)
  }

  init(path: String, place: String = "", fields: [String: Any]) {
    (self.path, self.place, self.fields) = (path, place, fields)
  }

  /// An object inside; nil where there is none, null included.
  func object(_ name: String) -> JSONFields? {
    (fields[name] as? [String: Any]).map { JSONFields(path: path, place: "\(place)\(name).", fields: $0) }
  }

  /// An object of no fields, as one that is left out.
  func empty(_ name: String) -> JSONFields { JSONFields(path: path, place: "\(place)\(name).", fields: [:]) }

  func has(_ name: String) -> Bool { fields[name].map { !($0 is NSNull) } ?? false }

  func integer(_ name: String, default standard: Int) throws(HuggingFaceError) -> Int {
    guard has(name) else { return standard }
    guard let value = fields[name] as? Int else { throw wrong(name, "an integer") }
    return value
  }

  func number(_ name: String, default standard: Double) throws(HuggingFaceError) -> Double {
    guard has(name) else { return standard }
    guard let value = fields[name] as? NSNumber else { throw wrong(name, "a number") }
    return value.doubleValue
  }

  func text(_ name: String, default standard: String) throws(HuggingFaceError) -> String {
    guard has(name) else { return standard }
    guard let value = fields[name] as? String else { throw wrong(name, "a text") }
    return value
  }

  func truth(_ name: String, default standard: Bool) throws(HuggingFaceError) -> Bool {
    guard has(name) else { return standard }
    guard let value = fields[name] as? Bool else { throw wrong(name, "true or false") }
    return value
  }

  func numbers(_ name: String, count: Int, default standard: [Float]) throws(HuggingFaceError) -> [Float] {
    guard has(name) else { return standard }
    guard let values = fields[name] as? [NSNumber], values.count == count else { throw wrong(name, "\(count) numbers") }
    return values.map(\.floatValue)
  }

  /// A side of a square: 224, [224, 224], or an object with sides of one length under `keys`.
  func side(_ name: String, keys: [String] = [], default standard: Int) throws(HuggingFaceError) -> Int {
    guard has(name) else { return standard }
    if let value = fields[name] as? Int { return value }
    let sides = fields[name] as? [Int] ?? keys.compactMap { (fields[name] as? [String: Any])?[$0] as? Int }
    guard let side = sides.first, sides.count == max(keys.count, 1) || sides.count == 2, Set(sides).count == 1 else {
      throw wrong(name, "the side of a square")
    }
    return side
  }

  func wrong(_ name: String, _ expected: String) -> HuggingFaceError {
    .field(path: path, name: place + name, found: fields[name].map { "\($0)" } ?? "missing", expected: expected)
  }
}

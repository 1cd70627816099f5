import Files
import Foundation

/// Every caption of a source, in its order, with what had to be left out. Reads no pictures.
public func allCaptions(of source: any PairSource) throws -> (captions: [String], skipped: [SkippedSample]) {
  var (captions, skipped) = ([String](), source.skipped)
  for index in 0..<source.count {
    do {
      let pair = try source.pairWithoutImage(at: index)
      captions += pair.captions
      skipped += pair.flaws.map { SkippedSample($0, at: source.location(of: index)) }
    } catch {
      guard let flaw = skippable(error, at: source.location(of: index)) else { throw error }
      skipped.append(flaw)
    }
  }
  return (captions, skipped)
}

/// A record's captions, with how often each is drawn.
struct Captions {
  /// Trimmed, none empty, none twice.
  private(set) var texts: [String] = []
  /// Empty where all are drawn alike.
  private(set) var shares: [Float] = []

  /// Those of fields, each as likely as any other.
  init(_ found: [String]) {
    for text in found { add(text, share: nil) }
  }

  /// Those of fields with their shares. What a field has several of shares the field's share.
  init(_ fields: [ReadingOptions.Share], _ texts: (String) throws(Flaw) -> [String]) throws(Flaw) {
    for field in fields where field.share > 0 {
      let own = Captions(try texts(field.field)).texts
      for text in own { add(text, share: field.share / Float(own.count)) }
    }
  }

  /// Itself, where no caption is too long. All count, whichever is drawn: whether a pair is used depends on it alone.
  func within(_ limits: RecordLimits) throws(Flaw) -> Captions {
    for text in texts where text.utf8.count > limits.captionBytes {
      throw .captionBytes(text.utf8.count, most: limits.captionBytes)
    }
    return self
  }

  private mutating func add(_ text: String, share: Float?) {
    let text = text.trimmingCharacters(in: blanks)
    guard !text.isEmpty else { return }
    if let known = texts.firstIndex(of: text) {
      if let share { shares[known] += share }
    } else {
      texts.append(text)
      if let share { shares.append(share) }
    }
  }
}

/// Blanks of all kinds, and what shows nothing: a zero-width space, a byte-order mark.
private let blanks = CharacterSet.whitespacesAndNewlines.union(CharacterSet(charactersIn: "\u{200B}\u{FEFF}\0"))

/// A label without blanks around it; nil where nothing is left.
func trimmedLabel(_ text: String?) -> String? {
  let text = text?.trimmingCharacters(in: blanks)
  return text?.isEmpty == true ? nil : text
}

/// What the files of one key say of its picture.
struct Sidecar {
  let text: [UInt8]?
  let json: [UInt8]?
  let label: [UInt8]?
  /// The name of the folder that they lie in.
  let folder: String?

  /// The captions: the text as a whole (line breaks included, as OpenCLIP has it), then `caption` and `captions` of the
  /// JSON, or what else it may call them; in this order.
  func captions(_ options: ReadingOptions, _ flaws: inout [Flaw]) throws(Flaw) -> Captions {
    let text = try decoded(text, ".txt", options)
    let fields = try fields(hasText: !Captions(text).texts.isEmpty, &flaws)
    let found =
      if options.captions.isEmpty {
        Captions(text + (fields.map { standard($0, hasText: !text.isEmpty) } ?? []))
      } else {
        try Captions(options.captions) { field throws(Flaw) in
          if field == "txt" { return text }
          let own = fields?.texts(field) ?? []
          return own.isEmpty && field == FolderName.field ? [folder].compactMap { $0 } : own
        }
      }
    guard !found.texts.isEmpty else { throw .noCaption }
    return try found.within(options.limits)
  }

  /// The contents of `.cls`, or of the JSON's field that the options name; `folder` is else the folder's name.
  func label(_ options: ReadingOptions) throws(Flaw) -> String? {
    if let field = options.label {
      return json.flatMap { labelText(of: field, $0) } ?? (field == FolderName.field ? folder : nil)
    }
    return trimmedLabel(try decoded(label, ".cls", options).first)
  }

  private func decoded(_ bytes: [UInt8]?, _ part: String, _ options: ReadingOptions) throws(Flaw) -> [String] {
    guard let bytes else { return [] }
    do { return [try decodedText(bytes, as: options.encoding)] } catch { throw .text(part: part, error) }
  }

  /// A flaw of the JSON loses the pair only where there is no text beside it.
  private func fields(hasText: Bool, _ flaws: inout [Flaw]) throws(Flaw) -> JSONFields? {
    guard let json else { return nil }
    do {
      let fields = try strictJSON(JSONFields.self, json)
      return fields
    } catch .json(let problem) {
      guard hasText else { return try decodedJSON(JSONFields.self, json) }
      flaws.append(.jsonBesideText(problem: problem))
      return nil
    }
  }

  private func standard(_ fields: JSONFields, hasText: Bool) -> [String] {
    let known = CaptionNames.standard.flatMap(fields.texts) + fields.items
    if hasText || !known.isEmpty { return known }
    return CaptionNames.all.lazy.map(fields.texts).first { !$0.isEmpty } ?? []
  }
}

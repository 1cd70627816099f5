import Files

/// Why a record, or a part of it, isn't used. Concerns that one alone; what is wrong with a whole file is a `ShardError`.
public enum Flaw: Error, Hashable, Sendable, Codable {
  // The pair is lost.
  case noPicture(beside: String?)
  case pictureOnly(hasClass: Bool)
  case noCaption
  case noLabel(field: String)
  case otherLabel(String)
  case noMatch(pattern: String)
  case firstDot(member: String)
  case text(part: String, TextProblem)
  case json(problem: String)
  case noFile(path: String)
  case unreadable(path: String, reason: String)
  case undecodable(reason: String)
  case pictureBytes(Int, most: Int)
  case captionBytes(Int, most: Int)
  case textBytes(Int, most: Int)
  case emptyField(line: Int, column: String)
  case fields(line: Int, found: Int, expected: Int)
  case quote(line: Int)
  case line(Int, problem: String)
  case link(to: String)
  case unclearOrder
  case unreadMember(type: String)
  // The pair is used all the same, or there was none.
  case jsonBesideText(problem: String)
  case otherPicture(String)
  case otherText(String)
  case passedOver(String)
  case excluded(pairs: Int, of: Int, keys: Int, named: Int)
}

extension Flaw {
  /// Whether a pair is lost by it.
  public var losesPair: Bool {
    switch self {
    case .jsonBesideText, .otherPicture, .otherText, .passedOver, .excluded: false
    default: true
    }
  }

  /// What flaws are counted by: a few words, of a plural.
  public var kind: String {
    switch self {
    case .noPicture: "captions without a picture"
    case .pictureOnly: "pictures without a caption"
    case .noCaption: "pairs whose caption is empty"
    case .noLabel: "pictures without a label"
    case .otherLabel: "pictures with a label that is no class"
    case .noMatch: "pairs in whose captions the pattern isn't found"
    case .firstDot: "pictures and captions behind a key's first dot"
    case .text: "captions that aren't text"
    case .json: "pairs whose .json can't be read"
    case .noFile: "pictures that aren't there"
    case .unreadable: "files that can't be read"
    case .undecodable: "pictures that can't be decoded"
    case .pictureBytes: "pictures of too many bytes"
    case .captionBytes, .textBytes: "captions of too many bytes"
    case .emptyField: "rows that name no picture"
    case .fields: "rows with too few or too many fields"
    case .quote: "rows with a quote in a wrong place"
    case .line: "lines that can't be read"
    case .link: "links that lead nowhere"
    case .unclearOrder: "keys whose members' order is unclear"
    case .unreadMember: "members of kinds that aren't read"
    case .jsonBesideText: "flawed .json files beside a good .txt"
    case .otherPicture: "pictures beside a pair's own"
    case .otherText: "captions beside a pair's own"
    case .passedOver: "files passed over"
    case .excluded: "lists of pairs to leave out"
    }
  }
}

extension Flaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noPicture(nil): "it has a caption but no picture"
    case .noPicture(let beside?) where beside.lowercased().hasSuffix(".svg"):
      "it has a caption but no picture: \(beside) is a drawing, of which "
        + "`diagonal data pack --shorter-side N --format png` makes one"
    case .noPicture(let beside?): "it has a caption but no picture (\(beside) beside it isn't one that is read)"
    case .pictureOnly(hasClass: false): "it has a picture but neither .txt nor .json"
    case .pictureOnly(hasClass: true):
      "it has a picture and a class (.cls), but neither .txt nor .json: `eval zero-shot` reads it"
    case .noCaption: "it has no caption, or an empty one"
    case .noLabel(let field): "it has no “\(field)”, nor a .cls"
    case .otherLabel(let label): "its label “\(label)” is none of the classes"
    case .noMatch(let pattern): "nothing in its captions matches \(pattern)"
    case .firstDot(let member):
      "\(member) isn't taken: in a tar a name's key ends at its first dot (WebDataset's rule); "
        + "write _ for the dots before the extension"
    case .text(let part, let problem): "its \(part) isn't text: \(problem)"
    case .json(let problem): "its .json can't be read: \(problem)"
    case .noFile(let path):
      path.contains("://") ? "\(path) is an address: pictures are to be fetched first" : "there is no file \(path)"
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .undecodable(let reason): reason
    case .pictureBytes(let found, let most): "its picture has \(found) bytes, data.picture_bytes is \(most)"
    case .captionBytes(let found, let most): "its caption has \(found) bytes, data.caption_bytes is \(most)"
    case .textBytes(let found, let most):
      "the file or line of its caption has \(found) bytes, more than \(most) (16 × data.caption_bytes)"
    case .emptyField(let line, let column): "line \(line): its \(column) is empty"
    case .fields(let line, let found, let expected):
      "line \(line) has \(found) fields, the first line \(expected): a field that holds the separator needs quotes"
    case .quote(let line):
      "line \(line) has a quote in a wrong place: one opens its field's first byte, or is written twice"
    case .line(let line, let problem): "line \(line): \(problem)"
    case .link(let target): "it is a link to \(target), which isn't there"
    case .unclearOrder: "the key has several members of a kind, in an order that doesn't tell which belong together"
    case .unreadMember(let type): "a tar's member of type “\(type)” isn't read"
    case .jsonBesideText(let problem): "its .txt is used, its .json can't be read: \(problem)"
    case .otherPicture(let name): "\(name) isn't used: the pair has another picture (.jpg before .png, .jpeg, .webp, …)"
    case .otherText(let name): "\(name) isn't used: the pair has another caption"
    case .passedOver(let what): what
    case .excluded(let pairs, let all, let keys, let named):
      "\(pairs) of \(all) pairs are left out, named by \(keys) of \(named) keys"
    }
  }
}

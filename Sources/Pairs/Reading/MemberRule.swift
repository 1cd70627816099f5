/// What of the options decides which files of a key make a record.
struct MemberRule: Codable, Hashable, Sendable {
  let needs: ReadingOptions.Needs
  /// Whether drawings (SVG) are pictures.
  let drawings: Bool

  init(_ options: ReadingOptions) { (needs, drawings) = (options.needs, options.drawings) }

  /// `both`, `pictures-drawings` …
  var name: String { needs.rawValue + (drawings ? "-drawings" : "") }
}

/// What of the options decides which files of a key make a record.
struct MemberRule: Codable, Hashable, Sendable {
  let needs: ReadingOptions.Needs
  /// Whether drawings (SVG) are pictures.
  let drawings: Bool
  /// Whether a folder's name is a caption.
  let folders: Bool

  init(_ options: ReadingOptions) {
    (needs, drawings) = (options.needs, options.drawings)
    folders = options.captions.contains { $0.field == FolderName.field && $0.share > 0 }
  }

  /// `both`, `pictures-drawings` …
  var name: String { needs.rawValue + (drawings ? "-drawings" : "") + (folders ? "-folders" : "") }
}

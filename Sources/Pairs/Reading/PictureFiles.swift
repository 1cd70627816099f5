import Files

/// The picture files that a path means: itself; of a folder those in it and within it, in the order of their names; those that
/// a glob or a brace range matches.
package func pictureFiles(_ pattern: String) throws(ShardError) -> [String] {
  var files: [String] = []
  for path in try expandedPaths(pattern) {
    guard FileKind(at: path) == .folder else {
      files.append(path.description)
      continue
    }
    let pictures = try FolderTree(path).names.filter { KeyedName($0, .lastDot)?.part?.isPicture == true }
    guard !pictures.isEmpty else {
      throw .noPairs(path: path.description, expected: "pictures (.jpg .png .webp …)", found: "none")
    }
    files += pictures.map { (path / $0).description }
  }
  return files
}

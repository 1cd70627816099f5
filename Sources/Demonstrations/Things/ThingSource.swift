import Foundation

/// A package of pictures with names.
protocol ThingSource {
  /// The shard's name.
  var style: String { get }
  /// By its SPDX name where it has one.
  var license: String { get }
  /// How it is told of in LICENSES.txt.
  var notice: String { get }
  /// All that has a usable name, in the order of the names.
  func things() throws -> [Thing]
}

/// Files below a directory with one of the endings, as paths relative to it, in their order. Links are left out: what they
/// lead to is there as well.
func files(below directory: String, endings: Set<String>) -> [String] {
  guard
    let all = FileManager.default.enumerator(
      at: URL(fileURLWithPath: directory), includingPropertiesForKeys: [.isRegularFileKey, .isSymbolicLinkKey])
  else { return [] }
  let root = URL(fileURLWithPath: directory).standardizedFileURL.path + "/"
  return all.compactMap { $0 as? URL }.filter { url in
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey, .isSymbolicLinkKey])
    return values?.isRegularFile == true && values?.isSymbolicLink != true
      && endings.contains(url.pathExtension.lowercased())
  }.map { String($0.standardizedFileURL.path.dropFirst(root.count)) }.sorted()
}

/// `food/fruit` of `food/fruit/apple.png`.
func folder(of path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

/// A path without its ending.
func stem(of path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
  return String(path.dropLast(name.distance(from: dot, to: name.endIndex)))
}

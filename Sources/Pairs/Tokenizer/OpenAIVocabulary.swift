import Foundation

/// OpenAI's vocabulary of 49,408 ids, which no model of OpenCLIP's list has in its directory.
public enum OpenAIVocabulary {
  public static let file = "bpe_simple_vocab_16e6.txt.gz"
  public static let size = 49_408
  /// Names the file in another place.
  public static let variable = "DIAGONAL_VOCABULARY"
  /// Brings the file to where it is looked for.
  public static let command = "launch/vocabulary"

  /// The file that a variable of the environment names, else the one in the cache's folder; nil where it isn't there.
  public static var path: String? {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment[variable], !named.isEmpty { return named }
    let home = environment["HOME"].map { $0 + "/.cache" }
    let caches = [environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home].compactMap { $0 }
    return caches.map { "\($0)/diagonal/\(file)" }.first(where: FileManager.default.fileExists(atPath:))
  }
}

import Engine
import Files
import Foundation

/// What lies beside weights and says what model they are.
enum SourceConfiguration {
  case known(ModelConfiguration)
  /// Why it can't be compared.
  case unknown(String)

  /// - Parameter path: a model directory, or a file of weights, which may lie in one.
  init(of path: String) {
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    let directory = ModelDirectory(isDirectory.boolValue ? path : parentDirectory(path))
    guard (try? directory.format) != nil else {
      self = .unknown("no configuration lies beside it")
      return
    }
    do { self = .known(try directory.configuration()) } catch { self = .unknown("\(error)") }
  }

  /// Throws where the source's own configuration makes another model of the same shapes.
  ///
  /// - Returns: a line where there is nothing to compare with.
  static func compare(_ path: String, _ tower: Tower?, with mine: ModelConfiguration) throws -> [String] {
    switch SourceConfiguration(of: path) {
    case .known(let theirs):
      let differences = mine.differences(from: theirs, tower)
      guard differences.isEmpty else { throw ModelDirectoryError.otherModel(path: path, differences: differences) }
      return []
    case .unknown(let reason):
      return ["\(path) is taken by its tensors' names and shapes alone: \(reason)"]
    }
  }

  /// Throws where the `config.json` beside a BERT makes another model of the same shapes.
  static func compare(bert path: String, with mine: BERTSizes) throws -> [String] {
    let config = parentDirectory(path) + "/config.json"
    guard let data = FileManager.default.contents(atPath: config) else {
      return ["\(path) is taken by its tensors' names and shapes alone: no configuration lies beside it"]
    }
    let theirs: BERTSizes
    do { theirs = try JSONDecoder().decode(BERTSizes.self, from: data) } catch let error as ModelConfigurationError {
      throw error
    } catch { throw ModelConfigurationError.unreadable(path: config, reason: "\(error)") }
    let differences = [
      ("model_type", theirs.kind.rawValue, mine.kind.rawValue),
      ("num_attention_heads", "\(theirs.heads)", "\(mine.heads)"),
      ("num_hidden_layers", "\(theirs.layers)", "\(mine.layers)"),
      ("layer_norm_eps", "\(theirs.epsilon)", "\(mine.epsilon)"),
      ("pad_token_id", "\(theirs.padToken)", "\(mine.padToken)"),
    ].filter { $0.1 != $0.2 }.map {
      FieldDifference(field: "text_cfg.hf_model_config.\($0.0)", found: $0.1, expected: $0.2)
    }
    guard differences.isEmpty else { throw ModelDirectoryError.otherModel(path: path, differences: differences) }
    return []
  }
}

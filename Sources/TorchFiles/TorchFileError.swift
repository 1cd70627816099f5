/// What was wrong with a file of PyTorch's, and with which.
public struct TorchFileError: Error, Equatable, CustomStringConvertible {
  /// What was wrong, in words that go on after the file's path.
  public enum Problem: Error, Equatable {
    case cannotRead(reason: String)
    /// Neither a zip archive nor anything else of PyTorch's.
    case foreign
    case beforeZip
    case script
    case zip(reason: String)
    case member(name: String, reason: String)
    case pickle(byte: Int, reason: String)
    case opcode(byte: Int, code: UInt8)
    case global(name: String)
    case noStateDict
    case noTensor(name: String)
    case tensor(name: String, reason: String)
  }

  /// The path of the file.
  public let path: String
  public let problem: Problem

  package init(path: String, problem: Problem) { (self.path, self.problem) = (path, problem) }

  public var description: String { "\(path): \(problem)" }
}

extension TorchFileError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotRead(let reason): "cannot be read: \(reason)"
    case .foreign: "is no checkpoint of PyTorch's, which are zip archives; is the file complete?"
    case .beforeZip: "is of PyTorch before 1.6: load and save it there once, with torch.load and torch.save"
    case .script:
      """
      is a TorchScript archive, as OpenAI's models are, a program and not weights alone: save what \
      torch.jit.load(…).state_dict() gives in PyTorch
      """
    case .zip(let reason): "is a damaged zip archive: \(reason); is the file complete?"
    case .member(let name, let reason): "has a member \(name) that can't be read: \(reason)"
    case .pickle(let byte, let reason): "is damaged: \(reason) at byte \(byte) of its data.pkl"
    case .opcode(let byte, let code):
      "has the opcode 0x\(String(code, radix: 16)) at byte \(byte) of its data.pkl, which no state dict needs"
    case .global(let name):
      """
      wants \(name), which no state dict needs, and nothing is executed here: save the state dict alone, \
      torch.save(torch.load(FILE, weights_only=False)["state_dict"], …)
      """
    case .noStateDict: "holds no state dict: neither tensors by name nor a state_dict of them"
    case .noTensor(let name): "has \(name) in its state dict, which is no tensor"
    case .tensor(let name, let reason): "has a tensor \(name) that can't be read: \(reason)"
    }
  }
}

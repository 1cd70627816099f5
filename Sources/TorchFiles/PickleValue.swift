import Safetensors

/// What a pickle's machine works with. What holds others is a number of a node, so that nothing nests in memory, however
/// deep a file makes it.
enum PickleValue: Hashable {
  case nothing
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case global(PickleGlobal)
  case node(Int)
}

/// The few names that a state dict needs. None of them is called: the machine does itself what they stand for.
enum PickleGlobal: Hashable {
  case orderedDict, tensor, oldTensor, parameter, size
  case storage(ElementType)

  /// - Parameter name: module and name, a dot between them.
  init?(_ name: String) {
    switch name {
    case "collections.OrderedDict": self = .orderedDict
    case "torch._utils._rebuild_tensor_v2": self = .tensor
    case "torch._utils._rebuild_tensor": self = .oldTensor
    case "torch._utils._rebuild_parameter": self = .parameter
    case "torch.Size": self = .size
    default:
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    }
  }

  private static let storages: [String: ElementType] = [
    "torch.FloatStorage": .f32, "torch.HalfStorage": .f16, "torch.BFloat16Storage": .bf16, "torch.DoubleStorage": .f64,
    "torch.LongStorage": .i64, "torch.IntStorage": .i32, "torch.ShortStorage": .i16, "torch.CharStorage": .i8,
    "torch.ByteStorage": .u8, "torch.BoolStorage": .bool,
  ]
}

/// What holds other values.
enum PickleNode {
  case list([PickleValue])
  case tuple([PickleValue])
  case dict([(key: PickleValue, value: PickleValue)])
  case storage(PickledStorage)
  case tensor(PickledTensor)
}

/// Numbers of one type in a member of the archive, `data/KEY`.
struct PickledStorage {
  let type: ElementType
  let key: String
  let count: Int
}

/// A view of a storage, as the file says and unchecked.
struct PickledTensor {
  let storage: PickledStorage
  /// Elements.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

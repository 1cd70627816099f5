import Files
import Safetensors

/// What an archive says of its tensors, checked.
struct StateDict {
  typealias Problem = TorchFileError.Problem

  private(set) var entries: [String: SafetensorsFile.Entry] = [:]
  /// Of the tensors that don't lie row-major in one piece.
  private(set) var strides: [String: [Int]] = [:]
  let leftAside: [String]

  init(_ file: ReadOnlyFile) throws(Problem) {
    try Self.requireArchive(try Self.bytes(of: file, 0..<min(16, file.size)))
    let archive = try ZipArchive(file)
    let names = Array(archive.ranges.keys) + archive.packed.keys
    guard let pickle = names.filter({ $0.split(separator: "/").last == "data.pkl" }).min(by: { $0.count < $1.count })
    else { throw .member(name: "data.pkl", reason: "there is none") }
    let root = String(pickle.dropLast("data.pkl".count))
    if names.contains(where: { $0.hasPrefix(root + "code/") || $0 == root + "constants.pkl" }) {
      throw .script
    }
    if let order = archive.ranges[root + "byteorder"],
      try !Self.bytes(of: file, order.prefix(7)).elementsEqual("little".utf8)
    {
      throw .member(name: root + "byteorder", reason: "its numbers aren't little-endian")
    }
    let range = try archive.range(pickle)
    guard range.count <= Self.longestPickle else {
      throw .member(name: pickle, reason: "\(range.count) bytes, more than \(Self.longestPickle)")
    }
    var machine = Unpickler(try Self.bytes(of: file, range))
    let (items, others) = try Self.items(machine.run(), machine.nodes)
    leftAside = others
    for (name, value) in Self.withoutModule(items) {
      guard case .node(let number) = value, case .tensor(let tensor) = machine.nodes[number] else {
        throw .noTensor(name: name)
      }
      try add(name, tensor, archive.ranges[root + "data/" + tensor.storage.key])
    }
  }

  /// As of a safetensors header: it only names what there is.
  private static let longestPickle = 100_000_000

  private static func bytes(of file: ReadOnlyFile, _ range: Range<Int>) throws(Problem) -> [UInt8] {
    do { return try file.read(range) } catch { throw .cannotRead(reason: error.reason) }
  }

  private static func requireArchive(_ start: [UInt8]) throws(Problem) {
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return }
    // A pickled number that PyTorch's own archives began with.
    throw start.dropFirst(2).starts(with: [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8])
      ? .beforeZip : .foreign
  }

  /// The names and values of the state dict, and the names of what stands beside it.
  private static func items(
    _ value: PickleValue, _ nodes: [PickleNode]
  ) throws(Problem) -> (items: [(String, PickleValue)], others: [String]) {
    func dict(_ value: PickleValue) throws(Problem) -> [(String, PickleValue)] {
      guard case .node(let number) = value, case .dict(let items) = nodes[number] else { throw .noStateDict }
      return try items.map { item throws(Problem) in
        guard case .text(let name) = item.key else { throw .noStateDict }
        return (name, item.value)
      }
    }
    let whole = try dict(value)
    guard let state = whole.last(where: { $0.0 == "state_dict" }) else {
      func isTensor(_ value: PickleValue) -> Bool {
        if case .node(let number) = value, case .tensor = nodes[number] { true } else { false }
      }
      guard whole.contains(where: { isTensor($0.1) }) else { throw .noStateDict }
      return (whole, [])
    }
    return (try dict(state.1), whole.map(\.0).filter { $0 != "state_dict" })
  }

  /// Without the prefix that `DistributedDataParallel` gives all names.
  private static func withoutModule(_ items: [(String, PickleValue)]) -> [(String, PickleValue)] {
    let prefix = "module."
    guard items.allSatisfy({ $0.0.hasPrefix(prefix) }) else { return items }
    return items.map { (String($0.0.dropFirst(prefix.count)), $0.1) }
  }

  private mutating func add(_ name: String, _ tensor: PickledTensor, _ member: Range<Int>?) throws(Problem) {
    func wrong(_ reason: String) -> Problem { .tensor(name: name, reason: reason) }
    let (storage, size) = (tensor.storage, tensor.storage.type.size)
    guard let member else { throw wrong("its numbers, data/\(storage.key), are missing") }
    guard storage.count <= member.count / size else {
      throw wrong("its storage has \(member.count) bytes for \(storage.count) of \(storage.type.rawValue)")
    }
    guard let span = tensor.span, span.upperBound <= storage.count else {
      throw wrong("its shape \(tensor.shape) and strides \(tensor.strides) reach beyond \(storage.count) numbers")
    }
    guard entries[name] == nil else { throw wrong("there are two of this name") }
    let start = member.lowerBound + span.lowerBound * size
    entries[name] = SafetensorsFile.Entry(
      name: name, type: storage.type, shape: tensor.shape, range: start..<start + span.count * size)
    // Nothing steps along a side of 1, whose stride may be any.
    if !tensor.isRowMajor { strides[name] = zip(tensor.shape, tensor.strides).map { $0 == 1 ? 0 : $1 } }
  }
}

extension PickledTensor {
  /// Which of the storage's elements it looks at, from the first to the last; nil where that overflows, where
  /// there are more elements than numbers, as an expanded tensor has, or where something is below zero.
  var span: Range<Int>? {
    guard offset >= 0, shape.count == strides.count, shape.count <= 16, (shape + strides).allSatisfy({ $0 >= 0 })
    else { return nil }
    var (count, last) = (1, 0)
    for (side, stride) in zip(shape.map { max($0, 1) }, strides) {
      let (more, tooMany) = count.multipliedReportingOverflow(by: side)
      let (way, tooFar) = (side - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooLong) = last.addingReportingOverflow(way)
      if tooMany || tooFar || tooLong { return nil }
      (count, last) = (more, sum)
    }
    guard last < .max else { return nil }
    let (end, overflow) = offset.addingReportingOverflow(last + 1)
    if overflow || count > last + 1 { return nil }
    return shape.contains(0) ? offset..<offset : offset..<end
  }

  /// Whether the elements lie as they are counted; a side of one may have any stride.
  var isRowMajor: Bool {
    if shape.contains(0) { return true }
    var expected = 1
    for (side, stride) in zip(shape.reversed(), strides.reversed()) where side != 1 {
      if stride != expected { return false }
      expected *= side
    }
    return true
  }
}

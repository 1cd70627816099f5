/// A pickle's machine, with the part of its opcodes that a state dict needs. It executes nothing: another opcode, or
/// the name of anything that isn't in `PickleGlobal`, ends the reading.
///
/// Each opcode takes time and memory in proportion to the bytes that it was made of.
///
/// - Source: Python, `pickletools.py`; PyTorch, `_weights_only_unpickler.py`; candle, `pickle.rs`.
struct Unpickler {
  typealias Problem = TorchFileError.Problem

  private let bytes: LittleEndian
  private var at = 0
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private(set) var nodes: [PickleNode] = []

  init(_ bytes: [UInt8]) { self.bytes = LittleEndian(bytes) }

  /// - Returns: the value that the pickle ends with; `nodes` holds what it refers to.
  mutating func run() throws(Problem) -> PickleValue {
    while true {
      let code = try take(bytes.u8, 1)
      if code == UInt8(ascii: ".") { return try pop() }
      if try scalar(code) { continue }
      if try memory(code) { continue }
      if try container(code) { continue }
      if try call(code) { continue }
      throw .opcode(byte: at - 1, code: code)
    }
  }

  // MARK: Opcodes

  private mutating func scalar(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case 0x80:
      let version = try take(bytes.u8, 1)
      guard 2...5 ~= version else { throw .pickle(byte: at - 1, reason: "protocol \(version)") }
    case 0x95: _ = try take(bytes.u64, 8)
    case UInt8(ascii: "N"): stack.append(.nothing)
    case 0x88, 0x89: stack.append(.truth(code == 0x88))
    case UInt8(ascii: "K"): stack.append(.integer(Int(try take(bytes.u8, 1))))
    case UInt8(ascii: "M"): stack.append(.integer(Int(try take(bytes.u16, 2))))
    case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(bitPattern: try take(bytes.u32, 4)))))
    case 0x8A: stack.append(.integer(try long()))
    case UInt8(ascii: "G"): stack.append(.number(Double(bitPattern: try take(bytes.u64, 8).byteSwapped)))
    case UInt8(ascii: "X"): stack.append(.text(try text(Int(try take(bytes.u32, 4)))))
    case UInt8(ascii: "U"), 0x8C: stack.append(.text(try text(Int(try take(bytes.u8, 1)))))
    default: return false
    }
    return true
  }

  private mutating func memory(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case UInt8(ascii: "q"): try remember(Int(try take(bytes.u8, 1)))
    case UInt8(ascii: "r"): try remember(Int(try take(bytes.u32, 4)))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(Int(try take(bytes.u8, 1)))
    case UInt8(ascii: "j"): try recall(Int(try take(bytes.u32, 4)))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    default: return false
    }
    return true
  }

  private mutating func container(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "]"): push(.list([]))
    case UInt8(ascii: "}"): push(.dict([]))
    case 0x85...0x87: push(.tuple(try pop(Int(code) - 0x84)))
    case UInt8(ascii: "t"): push(.tuple(try popToMark()))
    case UInt8(ascii: "l"): push(.list(try popToMark()))
    case UInt8(ascii: "a"): try append(pop(1))
    case UInt8(ascii: "e"): try append(popToMark())
    case UInt8(ascii: "s"): try setItems(pop(2))
    case UInt8(ascii: "u"): try setItems(popToMark())
    default: return false
    }
    return true
  }

  private mutating func call(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case UInt8(ascii: "c"): try global(line(), line())
    case 0x93:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw wrong("a name") }
      try global(module, name)
    case UInt8(ascii: "Q"): push(.storage(try storage(pop())))
    case UInt8(ascii: "R"):
      let arguments = try tuple(pop())
      guard case .global(let function) = try pop() else { throw wrong("a call of what is no name") }
      try reduce(function, arguments)
    case UInt8(ascii: "b"):
      // The state that a module's dict carries, `_metadata`, says nothing of tensors.
      _ = try pop()
      guard case .node(let number)? = stack.last, case .dict = nodes[number] else { throw wrong("state of no dict") }
    default: return false
    }
    return true
  }

  // MARK: What they do

  private mutating func global(_ module: String, _ name: String) throws(Problem) {
    guard let global = PickleGlobal("\(module).\(name)") else { throw .global(name: "\(module).\(name)") }
    stack.append(.global(global))
  }

  private mutating func reduce(_ function: PickleGlobal, _ arguments: [PickleValue]) throws(Problem) {
    switch function {
    case .orderedDict where arguments.isEmpty: push(.dict([]))
    case .tensor where arguments.count >= 6, .oldTensor where arguments.count == 4:
      push(.tensor(try tensor(arguments)))
    case .parameter where arguments.count == 3: stack.append(arguments[0])
    case .size where arguments.count == 1: stack.append(arguments[0])
    default: throw wrong("a call of \(function) with \(arguments.count) arguments")
    }
  }

  private func storage(_ value: PickleValue) throws(Problem) -> PickledStorage {
    let parts = try tuple(value)
    guard parts.count == 5, parts[0] == .text("storage"), case .global(.storage(let type)) = parts[1],
      case .text(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw wrong("no storage") }
    return PickledStorage(type: type, key: key, count: count)
  }

  private func tensor(_ arguments: [PickleValue]) throws(Problem) -> PickledTensor {
    guard case .node(let number) = arguments[0], case .storage(let storage) = nodes[number],
      case .integer(let offset) = arguments[1]
    else { throw wrong("no tensor") }
    return PickledTensor(
      storage: storage, offset: offset, shape: try integers(arguments[2]), strides: try integers(arguments[3]))
  }

  private func integers(_ value: PickleValue) throws(Problem) -> [Int] {
    let items = try tuple(value)
    // A tuple that is large and named often would be copied as often.
    guard items.count <= 16 else { throw wrong("\(items.count) sides") }
    return try items.map { value throws(Problem) in
      guard case .integer(let integer) = value else { throw wrong("no integer") }
      return integer
    }
  }

  private func tuple(_ value: PickleValue) throws(Problem) -> [PickleValue] {
    guard case .node(let number) = value, case .tuple(let items) = nodes[number] else { throw wrong("no tuple") }
    return items
  }

  private mutating func append(_ items: [PickleValue]) throws(Problem) {
    guard case .node(let number)? = stack.last, case .list(var list) = nodes[number] else { throw wrong("no list") }
    // Taken out, so that it isn't copied.
    nodes[number] = .list([])
    list += items
    nodes[number] = .list(list)
  }

  private mutating func setItems(_ items: [PickleValue]) throws(Problem) {
    guard items.count % 2 == 0, case .node(let number)? = stack.last, case .dict(var dict) = nodes[number] else {
      throw wrong("no dict")
    }
    nodes[number] = .dict([])
    for i in stride(from: 0, to: items.count, by: 2) { dict.append((items[i], items[i + 1])) }
    nodes[number] = .dict(dict)
  }

  // MARK: The stack

  private mutating func push(_ node: PickleNode) {
    stack.append(.node(nodes.count))
    nodes.append(node)
  }

  private mutating func pop() throws(Problem) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw wrong("an empty stack") }
    return value
  }

  private mutating func pop(_ count: Int) throws(Problem) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw wrong("an empty stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(Problem) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw wrong("no mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ place: Int) throws(Problem) {
    guard let value = stack.last else { throw wrong("an empty stack") }
    memo[place] = value
  }

  private mutating func recall(_ place: Int) throws(Problem) {
    guard let value = memo[place] else { throw wrong("nothing remembered") }
    stack.append(value)
  }

  // MARK: Bytes

  private mutating func take<Value>(_ read: (Int) -> Value?, _ size: Int) throws(Problem) -> Value {
    guard let value = read(at) else { throw .pickle(byte: at, reason: "an end") }
    at += size
    return value
  }

  private mutating func text(_ length: Int) throws(Problem) -> String {
    guard let text = bytes.text(at, length) else { throw wrong("no text") }
    at += length
    return text
  }

  /// Up to 8 bytes, two's complement.
  private mutating func long() throws(Problem) -> Int {
    let length = Int(try take(bytes.u8, 1))
    guard length <= 8, let part = bytes.slice(at, length) else { throw wrong("an integer of \(length) bytes") }
    at += length
    let value = part.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    let unused = UInt64(64 - 8 * length)
    return length == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> Int64(unused))
  }

  private mutating func line() throws(Problem) -> String {
    guard let end = bytes.next(10, from: at), let line = bytes.text(at, end - at) else { throw wrong("no name") }
    at = end + 1
    return line
  }

  private func wrong(_ reason: String) -> Problem { .pickle(byte: at, reason: reason) }
}

import Files
import Foundation
import Pairs
import Randomness

/// Generated scenes in which one thing alone varies: what a model sees of number, distance, place, colour and writing.
///
/// Of each task `TASK-train.tar` and `TASK-test.tar`, which have no item in common, or where there are two no pair of items, and for zero-shot
/// evaluation by the factor `TASK.json` and `TASK-templates.txt`. A sample is `key.png`, `key.txt`, and `key.json` with the
/// factor, the items and `hard_negatives`: captions that are wrong by the factor alone.
public struct ShapeShards {
  /// A file that was made.
  public struct Made: Sendable {
    public let file: String
    public let pairs: Int
  }

  static let tasks: [any SceneTask.Type] = [
    CountTask.self, DistanceTask.self, RelationTask.self, BindingTask.self, ReadingTask.self, MisledTask.self,
  ]

  /// Names and what they are about, in the order of the files.
  public static var summaries: [(name: String, summary: String)] { tasks.map { ($0.name, $0.summary) } }

  private let side: Int
  private let draws: Int
  private let seed: UInt64

  /// - Parameters:
  ///   - side: of the pictures, in pixels.
  ///   - draws: of a task's training shard; a test shard has a fourth. Each gives a scene for every value of the factor.
  public init(side: Int = 64, draws: Int = 400, seed: UInt64 = 0) {
    precondition(side >= 8 && draws > 0, "shapes: \(side) pixels, \(draws) draws")
    (self.side, self.draws, self.seed) = (side, draws, seed)
  }

  /// Writes everything into `directory`, which is made if need be.
  public func write(to directory: String, say: (String) -> Void) throws -> [Made] {
    try makeDirectories(directory)
    return try Self.tasks.enumerated().flatMap { number, task in
      say("drawing \(task.name): \(task.summary)")
      try write(task, into: directory)
      return try ScenePart.allCases.map { try shard(task, number, $0, in: directory) }
    }
  }

  private func shard(
    _ task: any SceneTask.Type, _ number: Int, _ part: ScenePart, in directory: String
  ) throws -> Made {
    let file = "\(task.name)-\(part.rawValue).tar"
    let tar = try TarWriter("\(directory)/\(file)")
    var pairs = 0
    for draw in 0..<(part == .train ? draws : max(1, draws / 4)) {
      let kind = UInt64(number) << 1 | (part == .train ? 0 : 1)
      var random = Philox(seed: seed, purpose: .data, sample: kind << 32 | UInt64(draw))
      for scene in task.scenes(&random, part) {
        let key = String(format: "%@-%06d", task.name, pairs)
        try tar.add("\(key).png", try scene.png(side: side))
        try tar.add("\(key).txt", Array(scene.caption.utf8))
        try tar.add("\(key).json", try Facts(scene, task.name, draw: draw).json())
        pairs += 1
      }
    }
    try tar.close()
    return Made(file: file, pairs: pairs)
  }

  private func write(_ task: any SceneTask.Type, into directory: String) throws {
    let files = [
      "\(task.name).json": try ClassFile(label: "factor", classes: task.factors).json(),
      "\(task.name)-templates.txt": Array((task.templates.joined(separator: "\n") + "\n").utf8),
    ]
    for (name, bytes) in files { try AtomicFile.write(Data(bytes), to: "\(directory)/\(name)") }
  }

  /// What `key.json` says of a scene.
  private struct Facts: Encodable {
    let task: String
    let factor: String
    /// Scenes of one draw differ in the factor alone.
    let draw: Int
    let items: [String]
    let shape: String?
    let written: String?
    let hardNegatives: [String]

    init(_ scene: Scene, _ task: String, draw: Int) {
      (self.task, factor, self.draw) = (task, scene.factor, draw)
      items = scene.marks.map(\.item.words)
      shape = scene.marks.first?.item.shape.rawValue
      written = scene.writing.first?.text
      hardNegatives = scene.hardNegatives
    }

    func json() throws -> [UInt8] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
  }
}

import Foundation
import NIOPosix
import Pairs

/// Makes of a request's pictures what the model takes, on threads of its own.
struct PictureReader: Sendable {
  private let threads: NIOThreadPool
  private let formats: Set<PictureFormat>

  init(_ settings: ServerSettings) {
    threads = NIOThreadPool(numberOfThreads: settings.decoders)
    threads.start()
    formats = settings.formats
  }

  func stop() async throws { try await threads.shutdownGracefully() }

  /// - Parameter pictures: files in base64, or as `data:` addresses.
  /// - Returns: `[side, side, 3]` each.
  /// - Throws: `ServerError`, which says which.
  func pixels(_ pictures: [String], _ transform: ImageTransform) async throws -> [[UInt8]] {
    try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for (number, text) in pictures.enumerated() {
        group.addTask {
          (number, try await threads.runIfActive { try pixels(text, number, transform) })
        }
      }
      var all = [[UInt8]](repeating: [], count: pictures.count)
      for try await (number, pixels) in group { all[number] = pixels }
      return all
    }
  }

  /// Other work that reads pictures.
  func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    try await threads.runIfActive(body)
  }

  private func pixels(_ text: String, _ number: Int, _ transform: ImageTransform) throws(ServerError) -> [UInt8] {
    let bytes = try Self.file(text, number)
    guard let format = PictureFormat(bytes), formats.contains(format) else {
      let known = formats.map(\.rawValue).sorted().joined(separator: ", ")
      throw .wrongType("picture \(number) is none of \(known), in base64")
    }
    do { return try transform(bytes) } catch {
      switch error {
      case .tooLarge(let width, let height, let most):
        throw .tooLarge("picture \(number) is \(width) × \(height), more than \(most) pixels")
      case .notAPicture: throw .wrongType("picture \(number): \(error)")
      case .undecodable, .unencodable: throw .unusable("picture \(number): \(error)")
      }
    }
  }

  /// The bytes of base64, after a `data:` address's head if there is one.
  static func file(_ text: String, _ number: Int) throws(ServerError) -> [UInt8] {
    var rest = text[...]
    if text.hasPrefix("data:") {
      guard let comma = text.firstIndex(of: ","), text[..<comma].hasSuffix(";base64") else {
        throw .bad("picture \(number): expected data:…;base64,…")
      }
      rest = text[text.index(after: comma)...]
    }
    if text.hasPrefix("http:") || text.hasPrefix("https:") {
      throw .bad("picture \(number) is an address, and nothing is fetched: send the picture in base64")
    }
    guard let data = Data(base64Encoded: String(rest)) else { throw .bad("picture \(number) isn't base64") }
    return [UInt8](data)
  }
}

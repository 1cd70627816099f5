import Foundation
import Serving
import Stored
import Testing

/// A request of much work leaves others their turn.
@Suite(.serialized) struct TurnTests {
  private actor End {
    private(set) var hasCome = false
    func come() { hasCome = true }
  }

  private static let labels = (0..<4000).map { "\"label \($0), of a sentence with some words in it\"" }.joined(
    separator: ",")

  @Test func `others are answered while one request's labels are encoded`() async throws {
    try await serving(settings { ($0.batch, $0.inputs, $0.queue) = (4, 1000, 1000) }) { world, client in
      let end = End()
      let image = "{\"image\": \"\(try ServedWorld.base64(5))\"}"
      let (picture, text) = (try world.rows(.images)[5], try world.rows(.texts)[3])
      let call = "{\"images\": [\"\(try ServedWorld.base64(4))\"], \"labels\": [\(Self.labels)]}"
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          let answer = try await client.post("/classify", call)
          await end.come()
          #expect(answer.status == 200, "\(answer.text)")
        }
        while try await encodedTexts(client) == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let found = try await client.post("/v1/embeddings", "{\"input\": [\(image), \"no. 3\"]}")
        #expect(try found.decoded(AnswerTests.Embedded.self).data.map(\.embedding) == [picture, text])
        #expect(await !end.hasCome, "the labels came first")
        try await group.waitForAll()
      }
    }
  }

  private func encodedTexts(_ client: Client) async throws -> Int {
    let lines = try await client.get("/metrics").text.split(separator: "\n")
    let line = lines.first { $0.hasPrefix("diagonal_encoded_total{kind=\"text\"}") }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }

  @Test func `what is more than a batch is encoded in batches, to the same bits`() async throws {
    try await serving(settings { $0.batch = 3 }) { world, client in
      let texts = (0..<20).map { "\"no. \($0)\"" }.joined(separator: ",")
      let found = try await client.post("/v1/embeddings", "{\"input\": [\(texts)]}")
      #expect(try found.decoded(AnswerTests.Embedded.self).data.map(\.embedding) == Array(world.rows(.texts)[..<20]))
      let metrics = try await client.get("/metrics").text
      #expect(metrics.contains("diagonal_batch_items_count 7\n"), "\(metrics)")
    }
  }
}

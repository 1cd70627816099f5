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

  private static func labels(_ round: Int) -> String {
    (0..<4000).map { "\"label \($0) of \(round), of a sentence with some words in it\"" }.joined(separator: ",")
  }

  @Test func `others are answered while one request's labels are encoded`() async throws {
    try await serving(settings { ($0.batch, $0.inputs, $0.queue) = (4, 1000, 1000) }) { world, client in
      // A busy machine may keep this test itself waiting, so that it asks too late; who never gets a turn never comes first.
      for round in 0..<20 where try await comesFirst(round, world, client) { return }
      Issue.record("the labels came first in all rounds")
    }
  }

  /// Whether what is asked while labels are encoded is answered before they are.
  private func comesFirst(_ round: Int, _ world: ServedWorld, _ client: Client) async throws -> Bool {
    let (end, before) = (End(), try await encodedTexts(client))
    let image = "{\"image\": \"\(try ServedWorld.base64(5))\"}"
    let call = "{\"images\": [\"\(try ServedWorld.base64(4))\"], \"labels\": [\(Self.labels(round))]}"
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let answer = try await client.post("/classify", call)
        await end.come()
        #expect(answer.status == 200, "\(answer.text)")
      }
      while try await encodedTexts(client) == before { try await Task.sleep(for: .milliseconds(2)) }
      let found = try await client.post("/v1/embeddings", "{\"input\": [\(image), \"no. 3\"]}")
      let isFirst = await !end.hasCome
      #expect(
        try found.decoded(AnswerTests.Embedded.self).data.map(\.embedding)
          == [world.rows(.images)[5], world.rows(.texts)[3]])
      try await group.waitForAll()
      return isFirst
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

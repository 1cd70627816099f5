import Engine
import Evaluation
import Foundation
import Serving
import Stored
import Testing

/// A server with one encoder.
@Suite(.serialized) struct OneTowerTests {
  @Test func `the image encoder alone embeds and searches by pictures, and refuses texts`() async throws {
    try await serving(only: .image) { world, client in
      let picture = try ServedWorld.base64(5)
      let call = "{\"input\": {\"image\": \"\(picture)\"}}"
      let found = try await client.post("/v1/embeddings", call).decoded(AnswerTests.Embedded.self)
      #expect(try found.data.map(\.embedding) == [world.rows(.images)[5]])
      let near = try await client.post("/search", "{\"image\": \"\(picture)\", \"top\": 1}")
      #expect(try near.decoded(AnswerTests.Found.self).results.map(\.key) == ["k5"])
      #expect(try await client.post("/search", #"{"key": "k9", "over": "texts"}"#).status == 200)
      #expect(try await client.get("/pictures/9").status == 200)
      let refused = [
        ("/v1/embeddings", #"{"input": "a"}"#), ("/search", #"{"text": "a"}"#),
        ("/search", #"{"key": "k9", "less": ["a"]}"#),
        ("/classify", "{\"images\": [\"\(picture)\"], \"labels\": [\"a\"]}"),
      ]
      try await expectRefused(refused, "this server encodes no texts: it was started with --tower image", client)
      try await expectModel(images: true, client)
    }
  }

  @Test func `the text encoder alone embeds and searches by texts, and refuses pictures`() async throws {
    try await serving(only: .text) { world, client in
      let picture = try ServedWorld.base64(5)
      let found = try await client.post("/v1/embeddings", #"{"input": ["no. 3"]}"#).decoded(AnswerTests.Embedded.self)
      #expect(try found.data.map(\.embedding) == [world.rows(.texts)[3]])
      let near = try await client.post("/search", #"{"text": "no. 3", "over": "texts", "top": 1}"#)
      #expect(try near.decoded(AnswerTests.Found.self).results.map(\.key) == ["k3"])
      let refused = [
        ("/v1/embeddings", "{\"input\": {\"image\": \"\(picture)\"}}"), ("/search", "{\"image\": \"\(picture)\"}"),
        ("/classify", "{\"images\": [\"\(picture)\"], \"labels\": [\"a\"]}"),
      ]
      try await expectRefused(refused, "this server encodes no pictures: it was started with --tower text", client)
      try await expectModel(images: false, client)
    }
  }

  @Test func `one encoder has the whole model's fingerprint, and the image encoder needs no tokenizer`() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let world = try ServedWorld(in: directory)
    let whole = try world.encoders().fingerprint
    #expect(try world.encoders(only: .text).fingerprint == whole)
    try FileManager.default.removeItem(atPath: "\(world.model)/bpe_vocabulary.txt.gz")
    #expect(try world.encoders(only: .image).fingerprint == whole)
    #expect(throws: EvaluationError.self) { try world.encoders(only: .text) }
  }

  private func expectRefused(_ calls: [(String, String)], _ words: String, _ client: Client) async throws {
    for (path, body) in calls {
      let answer = try await client.post(path, body)
      #expect(answer.status == 400 && answer.text.contains(words), "\(path): \(answer.status) \(answer.text)")
    }
  }

  private func expectModel(images: Bool, _ client: Client) async throws {
    let model = (try await client.get("/models").json["data"] as? [[String: Any]])?.first
    #expect(model?["images"] as? Bool == images && model?["texts"] as? Bool == !images)
    #expect(model?["calls"] as? [String] == ["/v1/embeddings", "/search", "/pictures/{row}"])
  }
}

import Foundation
import Serving
import Testing

/// What isn't as it should be is refused with its reason, and the server goes on.
@Suite(.serialized) struct RefusalTests {
  @Test func `wrong requests are refused with what is wrong`() async throws {
    try await serving(
      settings {
        $0.bodyBytes = 1 << 20
        $0.inputs = 8
      }
    ) { world, client in
      let picture = try ServedWorld.base64(1)
      let broken = Data(try ServedWorld.picture(1).prefix(60)).base64EncodedString()
      let drawing = Data("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8).base64EncodedString()
      let many = (0..<9).map { "\"\($0)\"" }.joined(separator: ",")
      let cases: [(path: String, body: String, status: Int, words: String)] = [
        ("/v1/embeddings", "{", 400, "it isn't JSON"),
        ("/v1/embeddings", "[]", 400, "expected an object"),
        ("/v1/embeddings", "{}", 400, "input: it is missing"),
        ("/v1/embeddings", #"{"input": []}"#, 400, "expected one at least"),
        ("/v1/embeddings", #"{"input": [1, 2]}"#, 400, "expected"),
        ("/v1/embeddings", #"{"input": {"text": "a", "image": "b"}}"#, 400, "expected a text"),
        ("/v1/embeddings", #"{"input": "a", "model": "other"}"#, 404, "this is “tiny”"),
        ("/v1/embeddings", #"{"input": "a", "dimensions": 8}"#, 400, "never cut"),
        ("/v1/embeddings", #"{"input": "a", "encoding_format": "int8"}"#, 400, "float or base64"),
        ("/v1/embeddings", "{\"input\": [\(many)]}", 413, "more than 8"),
        ("/v1/embeddings", "{\"input\": \"\(String(repeating: "a", count: 1 << 20))\"}", 413, "larger than 1 MiB"),
        ("/v1/embeddings", #"{"input": {"image": "https://example.org/a.png"}}"#, 400, "nothing is fetched"),
        ("/v1/embeddings", #"{"input": {"image": "no base64!"}}"#, 400, "isn't base64"),
        ("/classify", #"{"images": ["aGVsbG8="], "labels": ["a"]}"#, 415, "none of avif"),
        ("/classify", "{\"images\": [\"\(drawing)\"], \"labels\": [\"a\"]}", 415, "none of avif"),
        ("/classify", "{\"images\": [\"\(picture)\", \"\(broken)\"], \"labels\": [\"a\"]}", 422, "picture 1"),
        ("/classify", "{\"images\": [\"\(picture)\"], \"labels\": []}", 400, "labels"),
        ("/classify", "{\"images\": [\"\(picture)\"], \"labels\": [\"a\", \"a\"]}", 400, "twice"),
        ("/classify", "{\"images\": [\"\(picture)\"], \"labels\": [\"a\"], \"templates\": [\"b\"]}", 400, "no {}"),
        ("/search", "{}", 400, "one of text, image and key"),
        ("/search", #"{"text": "a", "key": "k1"}"#, 400, "one of"),
        ("/search", #"{"key": "nobody"}"#, 404, "no row “nobody”"),
        ("/search", #"{"text": "a", "over": "sounds"}"#, 400, "images or texts"),
        ("/search", #"{"text": "a", "less": ["a"], "less_weight": 1}"#, 422, "no direction"),
        ("/nothing", "{}", 404, "/openapi.json"),
        ("/models", "{}", 405, "GET"),
      ]
      for one in cases {
        let answer = try await client.post(one.path, one.body)
        #expect(answer.status == one.status, "\(one.path) \(one.body.prefix(80)): \(answer.status) \(answer.text)")
        let error = try answer.json["error"] as? [String: Any]
        #expect((error?["message"] as? String)?.contains(one.words) == true, "\(one.body.prefix(80)): \(answer.text)")
      }
      #expect(try await client.post("/search", "{}", headers: ["Content-Type": "text/plain"]).status == 415)
      #expect(try await client.get("/search").headers["allow"] == "POST")
      for path in ["/pictures/400", "/pictures/-1", "/pictures/a"] { #expect(try await client.get(path).status == 404) }
      #expect(try await client.post("/v1/embeddings", #"{"input": "still there"}"#).status == 200)
    }
  }

  @Test func `bodies that come slowly, or are cut off, cost their own connection`() async throws {
    try await serving(settings { $0.timeoutSeconds = 0.5 }) { _, client in
      let head = "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      let slow = await client.raw(head + "Content-Length: 100\r\n\r\n{\"input\"")
      #expect(slow.hasPrefix("HTTP/1.1 408"), "\(slow)")
      _ = await client.raw(head + "Content-Length: 100\r\n\r\n{\"input\"", closes: true)
      let nonsense = await client.raw("nonsense\r\n\r\n")
      #expect(nonsense.hasPrefix("HTTP/1.1 400"), "\(nonsense)")
      let large = await client.raw(head + "Content-Length: 99999999999\r\n\r\n")
      #expect(large.hasPrefix("HTTP/1.1 413"), "\(large)")
      let after = try await client.post("/v1/embeddings", #"{"input": "still there"}"#)
      #expect(after.status == 200)
      let metrics = try await client.get("/metrics").text
      #expect(!metrics.contains("status=\"5"), "\(metrics)")
    }
  }

  @Test func `more than the queue holds is refused for now, and what waits too long is`() async throws {
    try await serving(settings { ($0.queue, $0.inputs, $0.windowSeconds) = (4, 4, 0.5) }) { _, client in
      let found = try await answers(12, of: client)
      #expect(found.filter { $0.status == 200 }.count >= 4, "\(found.map(\.status))")
      #expect(found.contains { $0.status == 429 }, "\(found.map(\.status))")
    }
    try await serving(settings { ($0.timeoutSeconds, $0.windowSeconds) = (0.1, 0.6) }) { _, client in
      let found = try await client.post("/v1/embeddings", #"{"input": "late"}"#)
      #expect(found.status == 503 && found.headers["retry-after"] != nil)
    }
  }

  @Test func `a stop answers all that was read`() async throws {
    try await serving(settings { $0.windowSeconds = 1 }) { _, client in
      async let found = answers(20, of: client)
      // All are read before the window ends.
      try await Task.sleep(for: .milliseconds(500))
      await client.stop()
      #expect(try await found.map(\.status) == Array(repeating: 200, count: 20))
      await #expect(throws: (any Error).self) { try await client.get("/health") }
    }
  }

  /// Answers to as many requests at once.
  private func answers(_ count: Int, of client: Client) async throws -> [Client.Answer] {
    try await withThrowingTaskGroup(of: Client.Answer.self) { group in
      for number in 0..<count {
        group.addTask { try await client.post("/v1/embeddings", "{\"input\": \"no. \(number)\"}") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}

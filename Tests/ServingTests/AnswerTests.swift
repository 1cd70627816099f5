import CLIP
import Engine
import Evaluation
import Foundation
import Pairs
import Search
import Serving
import Stored
import Testing

/// What is served has the bits of what the commands write.
@Suite(.serialized) struct AnswerTests {
  struct Embedded: Decodable {
    struct Item: Decodable {
      let index: Int
      let embedding: [Float]
    }
    let data: [Item]
    let model: String
  }

  @Test func `embeddings are those that embed writes, to the last bit`() async throws {
    try await serving { world, client in
      let (pictures, texts) = (try world.rows(.images), try world.rows(.texts))
      let mixed = "[\"no. 3\", {\"image\": \"\(try ServedWorld.base64(5))\"}, {\"text\": \"no. 8\"}]"
      let found = try await client.post("/v1/embeddings", "{\"input\": \(mixed), \"model\": \"tiny\"}")
      let rows = try found.decoded(Embedded.self).data
      #expect(rows.map(\.index) == [0, 1, 2] && rows.map(\.embedding) == [texts[3], pictures[5], texts[8]])

      let one = try await client.post("/v1/embeddings", #"{"input": "no. 3", "encoding_format": "base64"}"#)
      let data = (try one.json["data"] as? [[String: Any]])?.first?["embedding"] as? String ?? ""
      let bytes = [UInt8](Data(base64Encoded: data) ?? Data())
      #expect(bytes == texts[3].withUnsafeBytes { Array($0) })

      // The bytes of “no.” and “3”, with a start and an end.
      let usage = try one.json["usage"] as? [String: Int]
      #expect(usage?["prompt_tokens"] == 6)
    }
  }

  @Test func `requests that are encoded together get the rows that each gets alone`() async throws {
    try await serving(settings { $0.windowSeconds = 0.05 }) { world, client in
      let (pictures, texts) = (try world.rows(.images), try world.rows(.texts))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<ServedWorld.count {
          group.addTask {
            let image = "{\"image\": \"\(try ServedWorld.base64(number))\"}"
            let input =
              number % 3 == 0 ? "[\(image), \"no. \(number)\"]" : number % 3 == 1 ? image : "\"no. \(number)\""
            let answer = try await client.post("/v1/embeddings", "{\"input\": \(input)}")
            let rows = try answer.decoded(Embedded.self).data.map(\.embedding)
            let expected = [[pictures[number], texts[number]], [pictures[number]], [texts[number]]][number % 3]
            #expect(rows == expected, "\(number)")
          }
        }
        try await group.waitForAll()
      }
      let metrics = try await client.get("/metrics").text
      #expect(metrics.contains("diagonal_requests_total{route=\"/v1/embeddings\",status=\"200\"} 40\n"), "\(metrics)")
      #expect(metrics.contains("diagonal_encoded_total{kind=\"picture\"} 27\n"))
      let batches = metrics.split(separator: "\n").first { $0.hasPrefix("diagonal_batch_items_count") } ?? ""
      #expect(Int(batches.split(separator: " ").last ?? "") ?? 99 < 40, "\(batches)")
    }
  }

  struct Classified: Decodable {
    struct Picture: Decodable {
      let labels: [Guess]
    }
    struct Guess: Decodable {
      let label: String
      let probability: Float
    }
    let images: [Picture]
    let probabilities: String
  }

  @Test func `classes are those that classify tells`() async throws {
    try await serving { world, client in
      let (labels, templates) = (["red", "green", "blue"], ["a {}", "{}"])
      let encoders = try world.encoders()
      let classes = try ClassEmbeddings(labels, templates: templates, encoders)
      for _ in 0..<2 {
        let images = try [4, 9].map { "\"data:image/png;base64,\(try ServedWorld.base64($0))\"" }.joined(separator: ",")
        let answer = try await client.post(
          "/classify", "{\"images\": [\(images)], \"labels\": \(labels), \"templates\": \(templates), \"top\": 2}")
        let found = try answer.decoded(Classified.self)
        #expect(found.probabilities == "softmax")
        for (number, picture) in zip([4, 9], found.images) {
          let rows = try encoders.images(encoders.transform(ServedWorld.picture(number)))
          let guesses = classes.guesses(rows, scale: encoders.model.scale, best: 2)[0]
          #expect(picture.labels.map(\.label) == guesses.map(\.label))
          #expect(picture.labels.map(\.probability) == guesses.map(\.probability))
        }
      }
    }
  }

  @Test func `labels may be more than the queue holds, and are told in the spelling that was asked for`() async throws {
    try await serving(settings { ($0.queue, $0.inputs) = (4, 4) }) { _, client in
      let picture = try ServedWorld.base64(4)
      for letter in ["\u{e9}", "e\u{301}"] {
        let labels = (0..<7).map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await client.post(
          "/classify", "{\"images\": [\"\(picture)\"], \"labels\": [\(labels), \"\(letter)\"]}")
        let found = try answer.decoded(Classified.self).images[0].labels
        #expect(found.contains { Array($0.label.utf8) == Array(letter.utf8) }, "\(answer.text)")
      }
    }
  }

  struct Found: Decodable {
    struct Hit: Decodable, Equatable {
      let row: Int
      let key: String
      let caption: String?
      let score: Float
    }
    let results: [Hit]
    let exact: Bool
  }

  @Test func `what is found is what search finds, by text, picture and key`() async throws {
    try await serving { world, client in
      let (encoders, store) = (try world.encoders(), try EmbeddingStore(world.stored))
      func expect(_ json: String, _ query: SearchQuery, over part: StoredPart) async throws {
        let found = try await client.post("/search", json).decoded(Found.self)
        let hits = try StoredRows(store, part).search([query], best: 5)[0]
        #expect(found.exact && found.results.map(\.key) == hits.map(\.key), "\(json)")
        #expect(found.results.map(\.score) == hits.map(\.score) && found.results.map(\.caption) == hits.map(\.caption))
      }
      let text = try SearchQuery("", more: encoders.texts(["no. 12"]), less: encoders.texts(["no. 3"]), weight: 0.25)
      try await expect(
        #"{"text": "no. 12", "less": ["no. 3"], "less_weight": 0.25, "top": 5}"#, text, over: .images)
      let picture = try SearchQuery("", more: encoders.images(encoders.transform(ServedWorld.picture(7))))
      try await expect(
        "{\"image\": \"\(try ServedWorld.base64(7))\", \"over\": \"texts\", \"top\": 5}", picture, over: .texts)
      let key = try SearchQuery("", more: try store.rows(of: .images).rows(9..<10))
      try await expect(#"{"key": "k9", "top": 5}"#, key, over: .images)
      let alike = [ServedWorld.count - 2, ServedWorld.count - 1]
      for row in alike {
        let key = try SearchQuery("", more: try store.rows(of: .images).rows(row..<row + 1))
        try await expect("{\"key\": \"\(ServedWorld.key(row))\", \"top\": 5}", key, over: .images)
      }
      let pictures = [
        try await client.get("/pictures/\(alike[0])").body, try await client.get("/pictures/\(alike[1])").body,
      ]
      #expect(pictures[0] != pictures[1])
      let shown = try await client.get("/pictures/9")
      #expect(
        shown.status == 200 && shown.headers["content-type"] == "image/jpeg"
          && shown.body.prefix(2) == Data([0xFF, 0xD8]))
    }
  }
}

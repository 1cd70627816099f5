import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// From a trained model over stored embeddings to what is near, to an index and to a list that training leaves out.
  @Suite(.serialized) struct SearchCommandTests {
    private struct Answer: Decodable {
      struct Query: Decodable {
        let query: String
        let results: [Hit]
      }
      struct Hit: Decodable, Equatable {
        let key: String
        let caption: String?
        let score: Double
      }
      let queries: [Query]
      let exact: Bool
      let recall: Double?
    }

    /// A small run that was trained and has embedded its pairs.
    private func embedded(_ body: (SmallRun, _ store: String) throws -> Void) throws {
      try SmallRun.make { small in
        // One picture that isn't like the twenty others, which are equal.
        try FileManager.default.copyItem(atPath: Golden.path("pictures/gray.jpg"), toPath: small.path("pairs/q1.jpg"))
        try small.write("pairs/q1.txt", "another picture")
        // As long as the context has room for.
        for number in 10..<30 { try small.write("pairs/p\(number).txt", "no. \(number)") }
        try small.pack()
        try requireSuccess(small.train())
        let store = small.path("embedded")
        try requireSuccess(
          diagonal("embed", "--model", small.output.path, "--data", small.path("train.tar"), "--out", store))
        try body(small, store)
      }
    }

    private func search(_ store: String, _ words: [String]) throws -> Answer {
      let result = try diagonal(["search", "--in", store, "--threads", "2", "--json"] + words)
      try requireSuccess(result)
      return try JSONDecoder().decode(Answer.self, from: Data(result.stdout.utf8))
    }

    @Test func `texts, pictures and keys are searched among pictures and texts, by any way`() throws {
      try embedded { small, store in
        let model = ["--model", small.output.path]
        let text = try search(store, model + ["--text", "no. 12", "--over", "texts", "--top", "2"])
        #expect(text.exact && text.queries[0].query == "“no. 12”")
        #expect(text.queries[0].results[0].key == "p12" && text.queries[0].results[0].caption == "no. 12")
        #expect(abs(text.queries[0].results[0].score - 1) < 1e-5)
        let picture = small.path("pairs/p15.png")
        let image = try search(store, model + ["--image", picture, "--top", "1"])
        #expect(abs(image.queries[0].results[0].score - 1) < 1e-5)
        // The same vector by its row, without a model, over texts.
        let crossed = try search(store, model + ["--image", picture, "--over", "texts"])
        let named = try search(store, ["--key", "p15", "--keys-of", "images", "--over", "texts"])
        #expect(crossed.queries[0].results.map(\.key) == named.queries[0].results.map(\.key))

        try small.write("texts.txt", "no. 11\n\nno. 29\n")
        let many = try search(
          store,
          model + ["--texts", small.path("texts.txt"), "--text", "no. 12", "--over", "texts", "--top", "2"])
        #expect(many.queries.map { $0.results[0].key } == ["p12", "p11", "p29"])
        #expect(many.queries[0].results.map(\.key) == text.queries[0].results.map(\.key))
        for memory in ["f16", "int8"] {
          let other = try search(
            store,
            model + ["--text", "no. 12", "--over", "texts", "--top", "2", "--memory", memory])
          #expect(other.exact && other.queries[0].results.map(\.key) == text.queries[0].results.map(\.key))
        }
        let page = small.path("found.html")
        _ = try search(
          store, ["--key", "q1", "--key", "p12", "--top", "3", "--html", page, "--pictures", small.path("train.tar")])
        let html = try read(page)
        #expect(
          html.contains("another picture") && html.contains("no. 10") && html.contains("data:image/jpeg"))
        // Less of itself leaves what is left of the other.
        let more = try search(
          store, ["--more", "key:p12", "--more", "key:p20", "--less", "key:p12", "--over", "texts", "--top", "1"])
        #expect(more.queries.map(\.query) == ["p12 + p20"] && more.queries[0].results[0].key == "p20")
      }
    }

    @Test func `an index is built, gone on with, searched and refused where it doesn't fit`() throws {
      try embedded { small, store in
        let index = small.path("texts.index")
        try requireSuccess(diagonal("index", store, "--out", index, "--over", "texts", "--links", "4"))
        let again = try diagonal("index", store, "--out", index, "--over", "texts", "--json")
        #expect(again.stdout.contains(#""added":0"#) && again.stdout.contains(#""links":4"#))
        let found = try search(store, ["--key", "p12", "--over", "texts", "--index", index, "--recall", "--top", "5"])
        #expect(!found.exact && found.recall == 1 && found.queries[0].results[0].key == "p12")
        expectRefusal(
          try diagonal("search", "--in", store, "--key", "p12", "--index", index), exit: 1,
          "is of texts, and images are searched")
        expectRefusal(
          try diagonal("index", store, "--out", index, "--over", "texts", "--links", "5"), exit: 2, "--links 4, not 5")
        expectRefusal(
          try diagonal("index", store, "--out", small.path("run.yaml")), exit: 1, "isn't an index")
        expectRefusal(
          try run(command: Workers.processes(2).command(["search", "--in", store, "--key", "p12"])), exit: 2,
          "search is the work of one process")
      }
    }

    @Test func `what is near to equal is listed, and left out by data.exclude`() throws {
      try embedded { small, store in
        let list = small.path("list.jsonl")
        let found = try diagonal("duplicates", "--in", store, "--least", "0.9999", "--out", list, "--json")
        try requireSuccess(found)
        // Twenty equal pictures.
        #expect(found.stdout.contains(#""pairs":190"#) && found.stdout.contains(#""duplicates":19"#), "\(found.stdout)")
        let lines = try read(list).split(separator: "\n")
        #expect(lines.count == 19 && lines[0].contains(#""key":"p11","near":"p10","stays":"p10""#))
        let against = try diagonal(
          "duplicates", "--in", store, "--against", store, "--least", "0.9999", "--over", "texts")
        #expect(against.stdout.contains("21 rows of 21") && against.stdout.contains("near to rows of \(store)"))

        try small.write("few.txt", "p10\np11\np12\nnobody\n")
        let excluded = "data.exclude=\(small.path("few.txt"))"
        let check = try diagonal("data", "check", small.path("train.tar"), "--set", excluded)
        #expect((check.stdout + check.stderr).contains("3 of 21 pairs"), "\(check.stdout)\(check.stderr)")
        let output = RunOutput(small.path("without"))
        let trained = try small.train(["--out", output.path], settings: [excluded])
        try requireSuccess(trained)
        #expect(trained.stderr.contains("are left out, named by 3 of 4 keys"), "\(trained.stderr)")
        // Other pairs left out are another data set.
        try small.write("few.txt", "p10\n")
        try FileManager.default.removeItem(atPath: output.checkpoint(4))
        expectRefusal(
          try small.train(["--out", output.path], settings: [excluded]), exit: 2, "number of training pairs is 18")
      }
    }
  }
}

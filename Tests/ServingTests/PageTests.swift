import Foundation
import Serving
import Testing

@Suite(.serialized) struct PageTests {
  @Test func `the page needs nothing from elsewhere`() async throws {
    try await serving { _, client in
      for path in ["/", "/page.css", "/page.js"] {
        let file = try await client.get(path)
        #expect(file.status == 200 && file.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(!file.text.contains("http:") && !file.text.contains("https:"), "\(path)")
      }
    }
  }

  @Test func `what openapi.json tells of is there`() async throws {
    try await serving { _, client in
      let paths = try await client.get("/openapi.json").json["paths"] as? [String: [String: Any]] ?? [:]
      #expect(paths.count == 8)
      for (path, methods) in paths {
        let found = try await client.get(path.replacingOccurrences(of: "{row}", with: "0"))
        #expect(found.status == (methods["get"] == nil ? 405 : 200), "\(path): \(found.status)")
      }
      let model = (try await client.get("/v1/models").json["data"] as? [[String: Any]])?.first
      #expect(model?["id"] as? String == "tiny" && model?["width"] as? Int == 32)
    }
  }

  @Test func `a token is asked for, but of the page; other hosts' pages are refused without one`() async throws {
    let token = "a long enough token"
    try await serving(settings { $0.token = token }) { _, client in
      for path in ["/", "/page.js", "/health", "/openapi.json"] { #expect(try await client.get(path).status == 200) }
      for path in ["/models", "/metrics", "/pictures/1"] {
        #expect(try await client.get(path).status == 401, "\(path)")
      }
      let call = #"{"input": "a"}"#
      let refused = try await client.post("/v1/embeddings", call, headers: ["Authorization": "Bearer \(token)x"])
      #expect(refused.status == 401 && refused.headers["www-authenticate"] == "Bearer")
      #expect(
        try await client.post("/v1/embeddings", call, headers: ["Authorization": "Bearer \(token)"]).status == 200)
    }
    try await serving { _, client in
      let other = await client.raw("GET /models HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
      #expect(other.hasPrefix("HTTP/1.1 403"), "\(other)")
      let own = await client.raw("GET /models HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n")
      #expect(own.hasPrefix("HTTP/1.1 200"), "\(own)")
    }
  }
}

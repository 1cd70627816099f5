import HTTPTypes
import Hummingbird

/// The page, whose files lie beside this one, and the description of the calls.
enum Page {
  struct File: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    /// Forbids the page all that it doesn't need, and others to show it within theirs.
    var answer: Response {
      var answer = fileAnswer(bytes, type)
      answer.headers[.contentSecurityPolicy] =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      answer.headers[.xContentTypeOptions] = "nosniff"
      answer.headers[.cacheControl] = "no-cache"
      return answer
    }
  }

  static let files = [
    File(path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
    File(path: "/page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css),
    File(path: "/page.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.page_js),
    File(path: "/openapi.json", type: "application/json", bytes: PackageResources.openapi_json),
  ]
}

import Files
import Foundation

private struct CaptionFields: Decodable {
  let caption: String?
  let captions: [String]?
}

/// Every caption of a source, in its order, with what had to be left out. Reads no pictures.
public func allCaptions(of source: any PairSource) throws -> (captions: [String], skipped: [SkippedSample]) {
  var (captions, skipped) = ([String](), source.skipped)
  for index in 0..<source.count {
    do {
      captions += try source.pairWithoutImage(at: index).captions
    } catch {
      guard let flaw = skippable(error, at: source.location(of: index)) else { throw error }
      skipped.append(flaw)
    }
  }
  return (captions, skipped)
}

/// The captions of one pair: the text as a whole (line breaks included, as OpenCLIP has it), then `caption` and
/// `captions` of the JSON; in this order, trimmed, without empty and repeated ones.
func captions(key: String, text: [UInt8]?, json: [UInt8]?) throws(SampleError) -> [String] {
  var found = text.map { [String(decoding: $0, as: UTF8.self)] } ?? []
  if let json {
    do {
      let fields = try JSONDecoder().decode(CaptionFields.self, from: Data(json))
      found += (fields.caption.map { [$0] } ?? []) + (fields.captions ?? [])
    } catch {
      throw .metadata(key: key, problem: summary(of: error))
    }
  }
  let distinct = distinctCaptions(found)
  guard !distinct.isEmpty else { throw .noCaption(key: key) }
  return distinct
}

private func distinctCaptions(_ found: [String]) -> [String] {
  var seen: Set<String> = []
  return found.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter {
    !$0.isEmpty && seen.insert($0).inserted
  }
}

private func summary(of error: any Error) -> String {
  switch DecodingProblem(error) {
  case .wrong(_, let words): "captions: \(words)"
  case .malformed(let words): words
  case .missing, .other: String(describing: error)
  }
}

import CLIP
import Engine
import Evaluation
import Foundation

/// `/classify`: which of the labels fits each picture best.
struct ClassifyCall: Decodable {
  let images: [String]
  let labels: [String]
  let templates: [String]?
  /// How many labels of each picture are told, the best; all where it isn't said.
  let top: Int?
  let model: String?

  /// What is wrong with it; nil for nothing.
  ///
  /// - Parameters:
  ///   - mostInputs: texts and pictures that a request may have.
  ///   - mostBytes: of all labels in all templates together.
  func problem(mostInputs: Int, mostBytes: Int) -> String? {
    if images.isEmpty { return "images: expected a picture at least" }
    if labels.isEmpty || labels.contains(where: \.isEmpty) { return "labels: expected one at least, none empty" }
    if Set(labels.map { Array($0.utf8) }).count < labels.count { return "labels: a label is there twice" }
    if let templates, templates.isEmpty { return "templates: leave it out, or give one at least" }
    if let wrong = templates?.first(where: { !$0.contains("{}") }) {
      return "templates: “\(wrong)” has no {}, where the label belongs"
    }
    // What stands in a template several times makes a sentence of as many labels.
    if templates?.contains(where: { $0.components(separatedBy: "{}").count > 9 }) == true {
      return "templates: at most 8 {} in one"
    }
    if labels.count * (templates?.count ?? 1) > 4 * mostInputs {
      return "labels: with their templates they are more than \(4 * mostInputs) texts"
    }
    if sentenceBytes > mostBytes { return "labels: with their templates they are more than \(mostBytes) bytes" }
    if let top, top < 1 { return "top: expected a number from 1" }
    return nil
  }

  private var sentenceBytes: Int {
    let all = labels.reduce(0) { $0 + $1.utf8.count }
    return (templates ?? ["{}"]).reduce(0) { sum, template in
      sum + labels.count * template.utf8.count + all * (template.components(separatedBy: "{}").count - 1)
    }
  }
}

/// The labels of pictures, from the most probable. The request's texts are the labels' sentences, or none where those are kept.
struct ClassesQuestion: Question {
  let labels: [String]
  let templates: [String]
  let top: Int

  /// - Returns: nil where nothing is kept of the labels any more, and they came without sentences.
  func answer(_ model: ServedModel, texts: Tensor, pictures: Tensor) -> [[ClassEmbeddings.Guess]]? {
    let clip = model.encoders.model
    let names = RecentClasses.Names(labels, templates)
    let known = model.classes.embeddings(of: names)
    if known == nil && texts.rows == 0 { return nil }
    let classes = known ?? ClassEmbeddings(labels, sentences: texts, isSupervised: clip.isSupervised)
    if known == nil { model.classes.keep(classes, of: names) }
    return classes.guesses(pictures, scale: clip.scale, bias: clip.ownBias, best: min(labels.count, top))
  }
}

/// What `/classify` answers.
struct ClassifyAnswer: Encodable {
  struct Picture: Encodable {
    let labels: [ClassEmbeddings.Guess]
  }
  let images: [Picture]
  let model: String
  /// softmax: one together; sigmoid: each by itself.
  let probabilities: String
}

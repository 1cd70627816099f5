/// Which pictures of a rung are trained on, and which test what.
package enum LadderPart: String, CaseIterable, Sendable {
  /// To train on.
  case train
  /// Other items of concepts that are trained on.
  case items
  /// Concepts of which no rung has a picture to train on.
  case concepts
}

extension [LadderItem] {
  /// The pictures of one rung by part. Of a concept's items in a rung the second, the fifth, the eighth … are for the test.
  package func parts() -> [LadderPart: [LadderItem]] {
    var parts: [LadderPart: [LadderItem]] = [:]
    for (_, own) in Dictionary(grouping: self, by: \.concept.name).sorted(by: { $0.key < $1.key }) {
      var order: [String] = []
      for item in own where !order.contains(item.item) { order.append(item.item) }
      for item in own {
        let isTest = (order.firstIndex(of: item.item) ?? 0) % 3 == 1
        parts[item.concept.isHeldOut ? .concepts : isTest ? .items : .train, default: []].append(item)
      }
    }
    return parts
  }
}

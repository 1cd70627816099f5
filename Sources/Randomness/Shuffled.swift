/// The elements in a random order, each order as likely as any: Fisher and Yates' shuffle, ours because the standard
/// library's may change.
///
/// Inlinable, so that it is compiled for the elements that are shuffled: an epoch may have a billion.
@inlinable
public func shuffled<Element>(_ elements: [Element], _ random: inout Philox) -> [Element] {
  var elements = elements
  for last in stride(from: elements.count - 1, to: 0, by: -1) {
    elements.swapAt(last, random.index(below: last + 1))
  }
  return elements
}

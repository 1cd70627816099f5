/// Which part of a split an emoji belongs to.
public enum SplitPart: String, CaseIterable, Sendable {
  case train
  case validation = "val"
  case test
}

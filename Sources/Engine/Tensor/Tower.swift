/// One of a model's two encoders.
public enum Tower: String, Sendable, CaseIterable { case image, text }

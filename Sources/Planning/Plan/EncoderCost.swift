import Foundation

/// What encoding takes, forward and backward, in a worker's seconds:
///
///     seconds = a · (operations of products) + b · (bytes that the graph holds)
///
/// Products take their time by operations. All else goes through memory element by element, in proportion to what
/// forward leaves for backward; that is measured of any model, so no second account of it is kept.
public struct EncoderCost: Codable, Sendable, Equatable {
  public var secondsPerFlop: Double
  public var secondsPerGraphByte: Double

  public init(secondsPerFlop: Double, secondsPerGraphByte: Double) {
    self.secondsPerFlop = secondsPerFlop
    self.secondsPerGraphByte = secondsPerGraphByte
  }

  enum CodingKeys: String, CodingKey {
    case secondsPerFlop = "seconds_per_flop"
    case secondsPerGraphByte = "seconds_per_graph_byte"
  }

  /// What a model's encoder took.
  package struct Sample {
    let flops: Double
    let graphBytes: Double
    let seconds: Double

    package init(flops: Double, graphBytes: Double, seconds: Double) {
      (self.flops, self.graphBytes, self.seconds) = (flops, graphBytes, seconds)
    }
  }

  /// The cost that explains both; neither part is negative, whatever noise there is.
  package init(_ one: Sample, _ other: Sample) {
    let determinant = one.flops * other.graphBytes - other.flops * one.graphBytes
    let a = (one.seconds * other.graphBytes - other.seconds * one.graphBytes) / determinant
    let b = (one.flops * other.seconds - other.flops * one.seconds) / determinant
    if a >= 0 && b >= 0 {
      (secondsPerFlop, secondsPerGraphByte) = (a, b)
    } else if b < 0 {
      (secondsPerFlop, secondsPerGraphByte) = ((one.seconds + other.seconds) / (one.flops + other.flops), 0)
    } else {
      (secondsPerFlop, secondsPerGraphByte) = (0, (one.seconds + other.seconds) / (one.graphBytes + other.graphBytes))
    }
  }

  package func seconds(flops: Double, graphBytes: Double) -> Double {
    flops * secondsPerFlop + graphBytes * secondsPerGraphByte
  }
}

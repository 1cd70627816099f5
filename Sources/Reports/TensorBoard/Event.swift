import Foundation
import Pairs
import Runs
import Settings
import Training

/// What TensorBoard reads, as the bytes of its `Event` messages.
///
/// - Source: tensorboard/compat/proto/event.proto, summary.proto; plugins/hparams/plugin_data.proto
package struct Event {
  package let bytes: [UInt8]

  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - step: 0 has no field, as protocol buffers leave zeros out.
  private init(_ time: Double, step: Int = 0, _ fill: (inout ProtobufMessage) -> Void) {
    var event = ProtobufMessage()
    event.add(1, double: time)
    if step != 0 { event.add(2, integer: step) }
    fill(&event)
    bytes = event.bytes
  }

  /// The first of every file.
  package static func version(_ time: Double) -> Event { Event(time) { $0.add(3, text: "brain.Event:2") } }

  /// A launch begins: a reader forgets what it has of this step and of later ones.
  static func start(_ time: Double, step: Int) -> Event {
    Event(time, step: step) { $0.add(7) { $0.add(1, integer: 1) } }
  }

  /// All numbers of a row but those that aren't defined.
  package static func scalars(_ row: Metrics) -> Event {
    Event(row.time.isFinite ? row.time : 0, step: row.step) { event in
      event.add(5) { summary in
        for field in MetricsField.all where !["step", "time"].contains(field.name) {
          let value = field.value(of: row)
          guard value.isFinite else { continue }
          summary.add(1) {
            $0.add(1, text: "train/\(field.name)")
            $0.add(2, float: Float(value))
          }
        }
      }
    }
  }

  /// All numbers of an evaluation.
  package static func evaluation(_ row: EvaluationRow) -> Event {
    Event(row.time, step: row.step) { event in
      event.add(5) { summary in
        for (name, value) in row.numbers.sorted(by: { $0.key < $1.key }) {
          summary.add(1) {
            $0.add(1, text: "evaluation/\(row.name)/\(name)")
            $0.add(2, float: Float(value))
          }
        }
      }
    }
  }

  /// How many pairs have which cosine.
  static func histograms(_ time: Double, step: Int, positives: [Int], negatives: [Int]) -> Event {
    Event(time, step: step) { event in
      event.add(5) { summary in
        for (name, counts) in [("positives", positives), ("negatives", negatives)] {
          summary.add(1) {
            $0.add(1, text: "cosines/\(name)")
            $0.add(5) { histogram(counts, &$0) }
          }
        }
      }
    }
  }

  /// Sums are those of the bins' middles: the numbers themselves aren't kept.
  private static func histogram(_ counts: [Int], _ message: inout ProtobufMessage) {
    let limits = counts.indices.map { 2 * Double($0 + 1) / Double(counts.count) - 1 }
    let middles = limits.map { $0 - 1 / Double(counts.count) }
    let used = counts.indices.filter { counts[$0] > 0 }
    message.add(1, double: used.first.map { limits[$0] - 2 / Double(counts.count) } ?? 0)
    message.add(2, double: used.last.map { limits[$0] } ?? 0)
    message.add(3, double: Double(counts.reduce(0, +)))
    message.add(4, double: zip(counts, middles).reduce(0) { $0 + Double($1.0) * $1.1 })
    message.add(5, double: zip(counts, middles).reduce(0) { $0 + Double($1.0) * $1.1 * $1.1 })
    message.add(6, packed: limits)
    message.add(7, packed: counts.map(Double.init))
  }

  static func picture(_ time: Double, tag: String, _ picture: Picture) throws -> Event {
    let file = try picture.encoded(as: ".png")
    return Event(time) { event in
      event.add(5) { summary in
        summary.add(1) {
          $0.add(1, text: tag)
          $0.add(4) {
            $0.add(1, integer: picture.height)
            $0.add(2, integer: picture.width)
            $0.add(3, integer: 3)
            $0.add(4, bytes: file)
          }
        }
      }
    }
  }

  /// Every key of the run file, for TensorBoard's HParams.
  static func hyperparameters(_ time: Double, _ run: RunFile, name: String) -> Event {
    Event(time) { event in
      event.add(5) { summary in
        summary.add(1) {
          $0.add(1, text: "_hparams_/session_start_info")
          $0.add(8, emptyTensor)
          $0.add(9) { metadata in
            metadata.add(1) {
              $0.add(1, text: "hparams")
              $0.add(2) { $0.add(3) { sessionStart(time, run, name, &$0) } }
            }
          }
        }
      }
    }
  }

  private static func sessionStart(_ time: Double, _ run: RunFile, _ name: String, _ start: inout ProtobufMessage) {
    for (key, value) in run.values {
      start.add(1) {
        $0.add(1, text: key.name)
        $0.add(2) { add(value, to: &$0) }
      }
    }
    start.add(4, text: name)
    start.add(5, double: time)
  }

  /// As google.protobuf.Value: a number, a truth or a text.
  private static func add(_ value: String, to message: inout ProtobufMessage) {
    if let number = Double(value), number.isFinite {
      message.add(2, double: number)
    } else if value == "true" || value == "false" {
      message.add(4, integer: value == "true" ? 1 : 0)
    } else {
      message.add(3, text: value)
    }
  }

  /// One float, which is asked for where all is said by the metadata.
  private static func emptyTensor(_ tensor: inout ProtobufMessage) {
    tensor.add(1, integer: 1)
    tensor.add(2) { $0.add(2) { $0.add(1, integer: 1) } }
    tensor.add(5, bytes: [0, 0, 0, 0])
  }
}

import ArgumentParser
import Foundation
import Planning

struct BenchIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract:
      "Times opening data, by the indexes of its shards or building them, and weighs what is known of the records.",
    discussion: """
      What is indexed already is opened by its index; remove the folder .diagonal beside the shards to time building. \
      launch/bench-index makes 1,000 shards of 10,000 records, and times both.

      Example: diagonal bench index --data "shards/train-{0000..0999}.tar"
      """)

  @OptionGroup var data: DataOptions
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    let records: Int
    let shards: Int
    let openSeconds: Double
    let digestSeconds: Double
    let tableSeconds: Double
    let bytesPerRecord: Double
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case records, shards
      case openSeconds = "open_seconds"
      case digestSeconds = "digest_seconds"
      case tableSeconds = "table_seconds"
      case bytesPerRecord = "bytes_per_record"
      case peakBytes = "peak_bytes"
    }
  }

  func run() throws {
    let result = try IndexBenchmark.run { try data.open() }
    let report = Report(
      records: result.records, shards: result.shards, openSeconds: result.openSeconds,
      digestSeconds: result.digestSeconds, tableSeconds: result.tableSeconds,
      bytesPerRecord: Double(result.bytes) / Double(result.records), peakBytes: result.peakBytes)
    guard !json else { return try printJSON(report) }
    print(
      String(
        format: """
          \(grouped(report.records)) records in \(grouped(report.shards)) shards: opened in %.3f s, digest in %.3f s, all \
          tables read in %.3f s; %.1f bytes a record
          """, report.openSeconds, report.digestSeconds, report.tableSeconds, report.bytesPerRecord))
  }
}

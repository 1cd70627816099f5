import Collectives
import Foundation
import Reports
import Runs
import TestSupport
import Testing

@Suite struct TensorBoardTests {
  /// - Source: RFC 3720, B.4, whose bytes are in the order of the wire.
  @Test func `the checksum is Castagnoli's`() {
    #expect(EventRecord.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(EventRecord.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(EventRecord.crc32c(0..<32) == 0x46DD_794E)
  }

  @Test func `a message has protobuf's bytes`() {
    var message = ProtobufMessage()
    message.add(1, integer: 150)
    message.add(2, text: "testing")
    message.add(3) { $0.add(1, integer: -1) }
    let negative = [UInt8](repeating: 0xFF, count: 9) + [0x01]
    #expect(
      message.bytes == [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8) + [0x1A, 0x0B, 0x08] + negative)
  }

  private func row(_ step: Int) -> Metrics {
    var row = Metrics()
    (row.step, row.loss, row.time) = (step, 1, 1.8e9)
    return row
  }

  @Test func `what lies after a step, or is cut short, is not kept`() {
    let records = [Event.version(1)] + [1, 2, 300].map { Event.scalars(row($0)) }
    let framed = records.map { EventRecord.framed($0.bytes) }
    let whole = framed.flatMap { $0 }
    #expect(EventRecord.kept(whole, through: 300) == whole.count)
    #expect(EventRecord.kept(whole, through: 299) == whole.count - framed[3].count)
    #expect(EventRecord.kept(Array(whole.dropLast()), through: 300) == whole.count - framed[3].count)
    var spoilt = whole
    spoilt[framed[0].count + 20] ^= 1
    #expect(EventRecord.kept(spoilt, through: 300) == framed[0].count)
  }

  /// Events of all files, by how many records of each step there are.
  private func events(_ directory: String) throws -> Int {
    try names(directory).reduce(0) { count, name in
      let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
      return count + (1...4).count { EventRecord.kept(file, through: $0) > EventRecord.kept(file, through: $0 - 1) }
    }
  }

  @Test func `a resumed run has each step once`() throws {
    try RunFiles.make { files in
      let setup = try files.setup("run", workers: 1)
      func train(_ setup: TrainingSetup) throws {
        try simulate(workers: 1) {
          try Trainer(setup, workers: $0, report: { _ in }) { [TensorBoardObserver()] }.run()
        }
      }
      try train(setup)
      let directory = "\(setup.directory.path)/tensorboard"
      #expect(try events(directory) == 4)
      // As if it had been killed after step 4's rows, before its checkpoint.
      try FileManager.default.removeItem(atPath: setup.directory.checkpoint(4))
      let start = try setup.directory.start(.auto) { _ in }
      try train(files.setup("run", workers: 1, start: start))
      #expect(try events(directory) == 4)
    }
  }

  @Test func `an export has every row, and takes an earlier one's place`() throws {
    try RunFiles.make { files in
      let run = try files.recorded("a", steps: 4)
      for _ in 0..<2 {
        let export = try TensorBoardExport([run], to: files.path("events"))
        #expect(export.problems.count == 1)  // of which only records are left: no pictures
        #expect(try events(files.path("events/a")) == 4)
      }
      #expect(try names(files.path("events/a")).count == 1)
    }
  }
}

import Foundation
import TestSupport
import Testing

/// `diagonal serve` as it is started from a shell.
@Suite(.serialized) struct ProgramTests {
  @Test func `the command becomes the server, which TERM ends with 0`() async throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let world = try ServedWorld(in: directory)
    // A process of the shell's, so that what it says can be read while it runs.
    let script = """
      "$1" serve --model "$2" --in "$3" --pictures "$4" --port 0 2>"$2.said" & pid=$!
      for i in $(seq 300); do grep -q ^http "$2.said" && break; sleep 0.1; done
      kill -TERM $pid; wait $pid; code=$?; cat "$2.said"; exit $code
      """
    let result = try run(
      "bash", ["-uc", script, "bash", diagonalExecutable, world.model, world.stored, world.data], timeoutSeconds: 60)
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    #expect(
      result.stdout.hasPrefix(
        "model: pictures and texts, 32 numbers each; searches 40 images and 40 texts\nhttp://127.0.0.1:"),
      "\(result.stdout)")
    #expect(result.stdout.hasSuffix("stopped; 0 requests read, 0 answered\n"), "\(result.stdout)")
  }

  @Test func `what can't be served is said, with exit 1 or 2`() throws {
    let missing = try run(diagonalExecutable, ["serve", "--model", "/nowhere/model", "--port", "0"])
    #expect(missing.status == 1 && missing.stderr.contains("/nowhere/model"), "\(missing.stderr)")
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-\(UUID())").path
    try FileManager.default.createDirectory(atPath: "\(directory)/checkpoints", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let step = try run(diagonalExecutable, ["serve", "--model", "\(directory)@7", "--port", "0"])
    #expect(step.status == 2, "\(step.stderr)")
    let formats = try run(diagonalExecutable, ["serve", "--model", "m", "--formats", "png,svg"])
    #expect(formats.status == 2 && formats.stderr.contains("--formats png,svg"), "\(formats.stderr)")
  }
}

import Foundation

// libFuzzer over one of the readers, chosen by DIAGONAL_FUZZ: `launch/fuzz` builds and runs it.

@_extern(c, "LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

let name = ProcessInfo.processInfo.environment["DIAGONAL_FUZZ"] ?? ""
guard let chosen = FuzzTarget.all[name] else {
  print("DIAGONAL_FUZZ is “\(name)”; there are \(FuzzTarget.all.keys.sorted().joined(separator: ", "))")
  exit(2)
}
let target = chosen
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
  runDriver(&count, &arguments) { start, count in
    target(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  })

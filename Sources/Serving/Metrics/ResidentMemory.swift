import Foundation

/// The process's resident memory as Prometheus reads it, under the name that its clients give it.
func residentMemoryText() -> String {
  let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  guard let pages = fields.flatMap({ $0.count > 1 ? Int($0[1]) : nil }) else { return "" }
  let bytes = pages * sysconf(Int32(_SC_PAGESIZE))
  return "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes \(bytes)\n"
}

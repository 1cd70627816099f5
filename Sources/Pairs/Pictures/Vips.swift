import CVips

/// Starts libvips once, without its cache of operations and its threads: our loader's threads are the parallelism.
public func startVips() { started }

private let started: Void = {
  precondition(vips_init("diagonal") == 0, "libvips: can't start: \(vipsMessage())")
  vips_concurrency_set(1)
  vips_cache_set_max(0)
  // Its warnings repeat on standard error what the errors say.
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, { _, _, _, _ in }, nil)
}()

/// Takes libvips' messages. They are the process's: when two threads fail at once, one may get both.
func vipsMessage() -> String {
  guard let message = vips_error_buffer_copy() else { return "no reason given" }
  defer { g_free(message) }
  let lines = String(cString: message).split(whereSeparator: \.isNewline)
  return lines.isEmpty ? "no reason given" : lines.joined(separator: "; ")
}

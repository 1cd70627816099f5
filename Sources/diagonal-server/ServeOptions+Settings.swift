import ArgumentParser
import Pairs
import ServerOptions
import Serving

extension ServeOptions {
  /// What the options say of listening, batches and limits.
  var settings: ServerSettings {
    get throws {
      var settings = ServerSettings()
      // NIO takes an address of IPv6 without its brackets.
      settings.host = listening.host == "[::1]" ? "::1" : listening.host
      (settings.port, settings.token) = (listening.port, try listening.token)
      (settings.batch, settings.windowSeconds) = (limits.batch, limits.window / 1000)
      (settings.queue, settings.timeoutSeconds) = (limits.queue, limits.timeout)
      (settings.bodyBytes, settings.inputs) = (limits.body << 20, limits.inputs)
      settings.formats = try formats
      (settings.decoders, settings.connections) = (limits.decoders, limits.connections)
      return settings
    }
  }

  private var formats: Set<PictureFormat> {
    get throws {
      let names = limits.formats.split(separator: ",").map(String.init)
      let found = names.compactMap { PictureFormat(rawValue: $0) }
      guard !found.isEmpty, found.count == names.count, !found.contains(.svg) else {
        let known = PictureFormat.allCases.filter { $0 != .svg }.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--formats \(limits.formats): expected some of \(known), with commas between them")
      }
      return Set(found)
    }
  }
}

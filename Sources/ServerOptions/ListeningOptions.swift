import ArgumentParser
import Foundation

/// Where the server listens, and to whom.
public struct ListeningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The address to listen on; another than this machine's own takes a token.", valueName: "host"))
  public var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "n"))
  public var port = 8080

  @Option(
    help: ArgumentHelp(
      "A file that holds a token, 16 characters or more, which requests then need (Authorization: Bearer TOKEN).",
      valueName: "file"))
  public var tokenFile: String?

  public init() {}

  public func validate() throws {
    try requireWithin("--port", port, 0...65535)
    if !isLoopback, tokenFile == nil {
      throw ValidationError(
        "--host \(host) can be reached from other machines: give --token-file a file with a token, as by: "
          + "openssl rand -hex 24 > token")
    }
    _ = try token
  }

  /// Whether only this machine reaches it.
  public var isLoopback: Bool {
    if ["localhost", "::1", "[::1]"].contains(host) { return true }
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
  }

  /// What the file holds.
  public var token: String? {
    get throws {
      guard let tokenFile else { return nil }
      guard let bytes = FileManager.default.contents(atPath: tokenFile) else {
        throw ValidationError("--token-file \(tokenFile) can't be read")
      }
      let text = String(decoding: bytes.prefix(4097), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      // What a header can carry.
      guard (16...4096).contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
        throw ValidationError(
          "--token-file \(tokenFile): expected one word of 16 to 4096 characters of ASCII, as by: openssl rand -hex 24")
      }
      return text
    }
  }
}

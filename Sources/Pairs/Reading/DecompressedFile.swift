internal import CArchive
import Files

/// The contents of a compressed file, in pieces, of whatever libarchive has a filter for.
///
/// Only the filters are libarchive's: it would take names in a tar for text.
final class DecompressedFile {
  private let path: FilePath
  private let archive: OpaquePointer?

  init(_ path: FilePath) throws(ShardError) {
    self.path = path
    archive = archive_read_new()
    for support in [
      archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
      archive_read_support_filter_zstd, archive_read_support_filter_lz4, archive_read_support_filter_lzip,
      archive_read_support_filter_compress, archive_read_support_format_raw, archive_read_support_format_empty,
    ] { _ = support(archive) }
    let opened = path.withCString { archive_read_open_filename(archive, $0, 1 << 16) }
    guard opened == ARCHIVE_OK else { throw problem }
    var entry: OpaquePointer?
    guard archive_read_next_header(archive, &entry) >= ARCHIVE_OK else { throw problem }
  }

  deinit { archive_read_free(archive) }

  /// The next piece of at most a megabyte; nil at the end.
  func next() throws(ShardError) -> [UInt8]? {
    var got = 0
    let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
      got = archive_read_data(archive, buffer.baseAddress, buffer.count)
      count = max(0, got)
    }
    guard got >= 0 else { throw problem }
    return got == 0 ? nil : piece
  }

  /// All that is left.
  func rest() throws(ShardError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() { bytes += piece }
    return bytes
  }

  private var problem: ShardError {
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "it can't be decompressed"
    return .unreadable(path: path.description, reason: "\(reason); fetch it again")
  }
}

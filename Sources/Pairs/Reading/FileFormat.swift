/// What a file is by its first bytes, where it is none that data are read from.
enum FileFormat: String, CaseIterable {
  case gzip, bzip2, xz, zstd, lz4, lzip, compress
  case zip
  case sevenZip = "7-Zip"
  case rar = "RAR"
  case parquet = "Parquet"
  case arrow = "Arrow"
  case hdf5 = "HDF5"
  case numpy = "NumPy"
  case sqlite = "SQLite"
  case png = "PNG"
  case jpeg = "JPEG"

  init?(_ start: [UInt8]) {
    guard let found = Self.allCases.first(where: { start.starts(with: $0.magic) }) else { return nil }
    self = found
  }

  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .bzip2: Array("BZh".utf8)
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .lz4: [0x04, 0x22, 0x4D, 0x18]
    case .lzip: Array("LZIP".utf8)
    case .compress: [0x1F, 0x9D]
    case .zip: [0x50, 0x4B, 3, 4]
    case .sevenZip: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
    case .rar: Array("Rar!".utf8)
    case .parquet: Array("PAR1".utf8)
    case .arrow: Array("ARROW1".utf8)
    case .hdf5: [0x89, 0x48, 0x44, 0x46]
    case .numpy: [0x93] + Array("NUMPY".utf8)
    case .sqlite: Array("SQLite format 3".utf8)
    case .png: [0x89, 0x50, 0x4E, 0x47]
    case .jpeg: [0xFF, 0xD8, 0xFF]
    }
  }

  var isCompression: Bool {
    switch self {
    case .gzip, .bzip2, .xz, .zstd, .lz4, .lzip, .compress: true
    default: false
    }
  }

  /// What to do with such a file.
  func advice(_ path: String) -> String {
    switch self {
    case .gzip, .bzip2, .xz, .zstd, .lz4, .lzip, .compress:
      "is compressed (\(rawValue)), and pairs are read by their position: make plain shards of it by "
        + "`diagonal data pack \(path) --out DIR`"
    case .zip, .sevenZip, .rar: "is an archive (\(rawValue)): unpack it and give the folder"
    case .parquet, .arrow:
      "is \(rawValue), which isn't read here: save the table as CSV or JSONL, "
        + "or let img2dataset write webdataset or files"
    case .hdf5, .numpy, .sqlite: "is \(rawValue), which isn't read here: save it as files, CSV or JSONL"
    case .png, .jpeg: "is one picture (\(rawValue)): give its folder, or a table that names it"
    }
  }

  /// The names of compressed tars end so.
  static let compressedTars = [
    "tar.gz", "tgz", "tar.bz2", "tbz2", "tbz", "tar.xz", "txz", "tar.zst", "tzst", "tar.lz4", "tar.lz",
  ]

  /// What compression adds to a name.
  static let compressedEndings = ["gz", "bz2", "xz", "zst", "lz4", "lz"]
}

/// What other tools call the fields that hold captions.
enum CaptionNames {
  /// A sidecar's `.json` may have both beside a `.txt`.
  static let standard = ["caption", "captions"]
  /// Sought in this order where a record has no other caption.
  static let all = standard + ["text", "texts", "title", "alt", "description", "raw", "sentence", "comment"]
}

/// The folder that a record lies in: a field without a file of its own, as torchvision's ImageFolder reads classes.
enum FolderName {
  static let field = "folder"

  /// - Parameter key: a record's, the path of its files or of its picture.
  static func of(_ key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count < 2 || parts[parts.count - 2].isEmpty ? nil : String(parts[parts.count - 2])
  }
}

/// What other tools call the fields that name a picture's file.
enum PictureNames {
  static let all = [
    "filepath", "file_path", "image_path", "imagepath", "path", "file_name", "filename", "image_name", "image_file",
    "image", "img", "img_path", "picture", "file", "images",
  ]
}

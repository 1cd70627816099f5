/// What other tools call the fields that hold captions.
enum CaptionNames {
  /// A sidecar's `.json` may have both beside a `.txt`.
  static let standard = ["caption", "captions"]
  /// Sought in this order where a record has no other caption.
  static let all = standard + ["text", "texts", "title", "alt", "description", "raw", "sentence", "comment"]
}

/// What other tools call the fields that name a picture's file.
enum PictureNames {
  static let all = [
    "filepath", "file_path", "image_path", "imagepath", "path", "file_name", "filename", "image_name", "image_file",
    "image", "img", "img_path", "picture", "file", "images",
  ]
}

/// RGB of cyan, magenta, yellow and black, 4 bytes a pixel, as PIL has it: without any colour profile.
///
///     red = (255 − black) − cyan · (255 − black) / 255, rounded
///
/// - Source: Pillow, `Convert.c`, `cmyk2rgb`.
func withoutInk(_ pixels: [UInt8]) -> [UInt8] {
  precondition(pixels.count % 4 == 0, "withoutInk: \(pixels.count) bytes")
  return [UInt8](unsafeUninitializedCapacity: pixels.count / 4 * 3) { result, count in
    for pixel in stride(from: 0, to: pixels.count, by: 4) {
      let light = 255 - Int(pixels[pixel + 3])
      for channel in 0..<3 {
        result[count] = UInt8(light - byteProduct(Int(pixels[pixel + channel]), light))
        count += 1
      }
    }
  }
}

/// a · b / 255, rounded.
private func byteProduct(_ a: Int, _ b: Int) -> Int {
  let product = a * b + 128
  return ((product >> 8) + product) >> 8
}

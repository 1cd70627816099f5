"""Writes evaluation/: small pictures in the formats that data sets hold, and what OpenCLIP's evaluation transform makes
of each after `convert("RGB")`, which is how webdataset's "pilrgb" hands them to it: NAME.32x32.rgb, raw bytes.

Prints how far the transform without that first step is from it: Pillow then resizes palettes by the nearest pixel,
alpha premultiplied, and inks as they are.

Environment: pillow 13.0, numpy, torchvision 0.28, open_clip_torch 3.3.0.
Run:         python Tests/Golden/evaluation.py
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from open_clip.transform import image_transform
from PIL import Image

FOLDER = Path(__file__).parent / "evaluation"
WIDTH, HEIGHT = 66, 45


def picture():
    random = np.random.default_rng(4)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    waves = np.stack([np.sin(x / (5 + c) + c) * np.cos(y / (4 + c)) for c in range(3)], axis=-1)
    edges = np.stack([(x // (9 + c) + y // 11) % 2 for c in range(3)], axis=-1)
    values = 127 + 70 * waves + 60 * (edges - 0.5) + random.normal(0, 6, (HEIGHT, WIDTH, 3))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def with_alpha(image):
    x = np.linspace(0, 255, image.width).astype(np.uint8)
    image = image.copy()
    image.putalpha(Image.fromarray(np.tile(x, (image.height, 1))))
    return image


def sixteen_bit_png(values):
    """A PNG of 16 bits a channel, which Pillow doesn't write."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, 2 if values.ndim == 3 else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def encoded(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def without_adobe(jpeg):
    at = jpeg.index(b"\xff\xee")
    return jpeg[:at] + jpeg[at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]:]


def files(image):
    gray, alpha = image.convert("L"), with_alpha(image)
    noise = np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint16)
    deep = np.asarray(image).astype(np.uint16) * 256 + noise
    oriented = Image.Exif()
    oriented[0x0112] = 6
    inks = encoded(image.convert("CMYK"), "JPEG", quality=90)
    palette = image.quantize(32)
    return {
        "444.jpg": encoded(image, "JPEG", quality=95, subsampling=0),
        "420.jpg": encoded(image, "JPEG", quality=85, subsampling=2),
        "422-progressive.jpg": encoded(image, "JPEG", quality=85, subsampling=1, progressive=True),
        "gray.jpg": encoded(gray, "JPEG", quality=90),
        "oriented.jpg": encoded(image, "JPEG", quality=90, exif=oriented),
        "cmyk.jpg": inks, "cmyk-plain.jpg": without_adobe(inks),
        "cmyk.tif": encoded(image.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "rgb.png": encoded(image, "PNG"), "gray.png": encoded(gray, "PNG"), "bilevel.png": encoded(image.convert("1"), "PNG"),
        "palette.png": encoded(palette, "PNG"), "palette-transparent.png": encoded(palette, "PNG", transparency=3),
        "rgba.png": encoded(alpha, "PNG"), "gray-alpha.png": encoded(alpha.convert("LA"), "PNG"),
        "sixteen-rgb.png": sixteen_bit_png(deep), "sixteen-gray.png": sixteen_bit_png(deep[..., 0]),
        "lossless.webp": encoded(image, "WEBP", lossless=True), "lossy.webp": encoded(image, "WEBP", quality=80),
        "lossy-alpha.webp": encoded(alpha, "WEBP", quality=80), "palette.gif": encoded(palette, "GIF"),
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    resize, crop, convert = image_transform(32, is_train=False).transforms[:3]
    for name, data in files(picture()).items():
        (FOLDER / name).write_bytes(data)
        read = Image.open(io.BytesIO(data))
        mode = read.mode
        wanted = crop(resize(read.convert("RGB")))
        (FOLDER / f"{name}.32x32.rgb").write_bytes(wanted.tobytes())
        late = convert(crop(resize(Image.open(io.BytesIO(data)))))
        difference = np.abs(np.asarray(late).astype(int) - np.asarray(wanted))
        print(f"{name:26} {mode:6} converted last: mean {difference.mean():6.2f}, max {difference.max():3}")


main()

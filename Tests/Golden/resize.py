"""Writes Tests/Golden/pictures: what Pillow, torchvision and open_clip make of small pictures.

Raw RGB bytes in files named NAME.WIDTHxHEIGHT.rgb, beside encoded pictures and what Pillow reads from them.
Run: python Tests/Golden/resize.py (with pillow, numpy, torchvision, open_clip_torch, transformers)
"""

import pathlib

import numpy as np
import torchvision.transforms.functional as F
from open_clip.transform import image_transform
from PIL import Image
from torchvision.transforms import InterpolationMode
from transformers import CLIPImageProcessorPil

FOLDER = pathlib.Path(__file__).parent / "pictures"


def save(name, image):
    width, height = image.size
    (FOLDER / f"{name}.{width}x{height}.rgb").write_bytes(image.convert("RGB").tobytes())


def picture(width, height, seed):
    """Waves, edges and noise, so that overshoot and rounding both matter."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    waves = np.stack([np.sin(x / 3 + c) * np.cos(y / (4 + c)) for c in range(3)], axis=-1)
    edges = np.stack([(x // (5 + c) + y // 7) % 2 for c in range(3)], axis=-1)
    values = 127 + 70 * waves + 90 * (edges - 0.5) + random.normal(0, 15, (height, width, 3))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def resized(source):
    for width, height in [(20, 15), (61, 30), (40, 47), (64, 64), (90, 71), (7, 3), (1, 1)]:
        save("resized", source.resize((width, height), Image.BICUBIC))
    for width, height in [(20, 15), (61, 30), (90, 71), (7, 3)]:
        save("bilinear", source.resize((width, height), Image.BILINEAR))
    crop = F.resized_crop(source, 7, 5, 31, 40, [32, 32], InterpolationMode.BICUBIC)
    save("cropped", crop)


def evaluated(source, name):
    resize, center = image_transform(32, is_train=False).transforms[:2]
    save(name, center(resize(source)))


def fitted(source, name):
    """Other ways of OpenCLIP's evaluation transform, and Hugging Face's crop where half a pixel goes another way."""
    for way, options in {
        "squash": {"resize_mode": "squash"},
        "longest": {"resize_mode": "longest"},
        "longest-filled": {"resize_mode": "longest", "interpolation": "bilinear", "fill_color": 127},
        "shortest-bilinear": {"interpolation": "bilinear"},
    }.items():
        image = source
        for step in image_transform(24, is_train=False, **options).transforms:
            image = step(image) if isinstance(image, Image.Image) else image
        save(f"{way}-{name}", Image.fromarray(restored(image)))
    processor = CLIPImageProcessorPil(
        size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24}, do_rescale=False, do_normalize=False)
    rows = processor(source)["pixel_values"][0]
    save(f"hugging-face-{name}", Image.fromarray(np.asarray(rows).astype(np.uint8).transpose(1, 2, 0)))


def restored(tensor):
    """Bytes again, where the transform's list of steps went on to a tensor."""
    return (tensor.numpy().transpose(1, 2, 0) * 255).round().astype(np.uint8)


def colored(source):
    for factor in (0.6, 1.4):
        save(f"brightness-{factor}", F.adjust_brightness(source, factor))
        save(f"contrast-{factor}", F.adjust_contrast(source, factor))
        save(f"saturation-{factor}", F.adjust_saturation(source, factor))
    for turn in (-0.3, 0.1):
        save(f"hue-{turn}", F.adjust_hue(source, turn))
    save("gray", F.rgb_to_grayscale(source, num_output_channels=3))
    save("affine", F.affine(source, 20, [3, -2], 1.1, [10, 0], InterpolationMode.BILINEAR, fill=[255, 255, 255]))


def encoded(source):
    """Files in the forms that data sets hold, and Pillow's RGB of them."""
    alpha = Image.fromarray(np.linspace(0, 255, source.width * source.height).astype(np.uint8).reshape(source.size[::-1]))
    transparent = source.copy()
    transparent.putalpha(alpha)
    sixteen = Image.fromarray((np.asarray(source.convert("L")).astype(np.uint16) * 257))
    oriented = Image.Exif()
    oriented[0x0112] = 6
    files = {
        "rgb.png": (source, {}),
        "gray.png": (source.convert("L"), {}),
        "palette.png": (source.quantize(16), {}),
        "rgba.png": (transparent, {}),
        "bilevel.png": (source.convert("1"), {}),
        "sixteen.png": (sixteen, {}),
        "rgb.jpg": (source, {"quality": 90}),
        "oriented.jpg": (source, {"quality": 90, "exif": oriented}),
        "gray.jpg": (source.convert("L"), {"quality": 90}),
        "cmyk.jpg": (source.convert("CMYK"), {"quality": 90}),
        "rgb.webp": (source, {"lossless": True}),
    }
    for name, (image, options) in files.items():
        image.save(FOLDER / name, **options)
        read = Image.open(FOLDER / name)
        if name == "sixteen.png":  # Pillow clips 16 bits instead of scaling them
            read = Image.fromarray((np.asarray(read) >> 8).astype(np.uint8))
        save(name, read)


def main():
    FOLDER.mkdir(exist_ok=True)
    wide = picture(61, 47, seed=1)
    save("wide", wide)
    resized(wide)
    evaluated(wide, "evaluated-wide")
    evaluated(wide.transpose(Image.TRANSPOSE), "evaluated-high")
    fitted(wide, "wide")
    fitted(wide.transpose(Image.TRANSPOSE), "high")
    small = picture(24, 18, seed=2)
    save("small", small)
    colored(small)
    encoded(small)


main()

"""OpenCLIP's ways of loading pairs, on one thread, each pair once: loader.py torchvision|bytes|webdataset SHARD.tar
Shards to measure with: loader.py --write photos|icons SHARD.tar

`torchvision` is OpenCLIP's training transform (a random crop, bicubic, to normalized floats) on Pillow's pictures, `bytes` the same
up to the crop's bytes, `webdataset` OpenCLIP's own loader, batches of 32 with captions' tokens, in one process.
`photos` are 400 JPEGs of 500 × 375 like photographs in size and spectrum; `icons` 2,000 transparent PNGs of 72 × 72 of flat shapes.
"""
import io, json, logging, random, sys, tarfile, time, types


def photo(seed):
    """Noise whose amplitude falls as 1/f^1.2, its colours alike, with a camera's grain: 60 to 150 kB as JPEG."""
    import numpy as np
    from PIL import Image
    draw = np.random.default_rng(seed)
    height, width = 375, 500
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1

    def layer():
        values = np.fft.irfft2((draw.normal(size=frequency.shape) + 1j * draw.normal(size=frequency.shape)) / frequency**1.2,
                               (height, width))
        return (values - values.mean()) / values.std()
    light = layer()
    pixels = np.stack([0.8 * light + 0.3 * layer() for _ in range(3)], -1) * 55 + 128 + 3 * draw.normal(size=(height, width, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype("u1")), "jpg", dict(quality=[85, 90, 95][seed % 3])


def icon(seed):
    from PIL import Image, ImageDraw
    draw = random.Random(seed)
    picture = Image.new("RGBA", (288, 288))
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        (left, right), (top, bottom) = [sorted(draw.sample(range(288), 2)) for _ in range(2)]
        pen.ellipse((left, top, right, bottom), fill=tuple(draw.randrange(256) for _ in range(3)) + (255,))
    return picture.resize((72, 72)), "png", {}


def write(kind, path):
    make, count = {"photos": (photo, 400), "icons": (icon, 2000)}[kind]
    with tarfile.open(path, "w") as shard:
        for seed in range(count):
            picture, ending, options = make(seed)
            file = io.BytesIO()
            picture.save(file, {"jpg": "JPEG", "png": "PNG"}[ending], **options)
            for name, data in ((ending, file.getvalue()), ("txt", f"picture {seed} of many".encode())):
                member = tarfile.TarInfo(f"{seed:06}.{name}")
                member.size = len(data)
                shard.addfile(member, io.BytesIO(data))


def pictures(path, finish):
    """Decodes and transforms one after the other; `finish` takes a picture to what is wanted."""
    from PIL import Image
    count = 0
    with tarfile.open(path) as shard:
        for member in shard:
            if not member.name.endswith(".txt"):
                finish(Image.open(io.BytesIO(shard.extractfile(member).read())).convert("RGB"))
                count += 1
    return count


def batches(path, count, transform):
    import open_clip
    from open_clip_train.data import get_wds_dataset
    args = types.SimpleNamespace(
        train_data=path, train_num_samples=count, train_data_upsampling_factors=None, dataset_resampled=True, seed=0,
        batch_size=32, workers=0, world_size=1, distributed=False)
    loader = get_wds_dataset(args, transform, True, tokenizer=open_clip.get_tokenizer("ViT-B-32")).dataloader
    return sum(len(images) for images, _ in loader)


def main():
    if sys.argv[1] == "--write":
        return write(*sys.argv[2:])
    import numpy, torch
    from open_clip.transform import image_transform
    logging.disable(50)
    torch.set_num_threads(1)
    way, path = sys.argv[1:]
    transform = image_transform(224, is_train=True)
    with tarfile.open(path) as shard:
        expected = sum(not name.endswith(".txt") for name in shard.getnames())
    crop = transform.transforms[0]
    start, before = time.perf_counter(), time.process_time()
    count = {"torchvision": lambda: pictures(path, transform), "bytes": lambda: pictures(path, lambda x: numpy.asarray(crop(x))),
             "webdataset": lambda: batches(path, expected, transform)}[way]()
    seconds, cpu = time.perf_counter() - start, time.process_time() - before
    print(json.dumps(dict(pictures=count, seconds=seconds, pictures_per_second=count / seconds,
                          pictures_per_cpu_second=count / cpu)))


if __name__ == "__main__":
    main()

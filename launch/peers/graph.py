"""hnswlib's own Python on clustered unit rows, beside `diagonal index` and `diagonal search --index`: graph.py DIR [ROWS [DIM [QUERIES]]] [--make]

Makes DIR, a directory as `diagonal embed` writes it, unless it is there: pictures' rows in clusters of clusters, each with few
directions of its own, and for each row a text's that lies near to it but apart from all pictures, as captions' do. Then builds
hnswlib's graph with 16 links and an effort of 200, and searches for QUERIES texts on 2 threads. Prints a line of JSON each.
With --make it makes DIR alone.

Needs PyPI's hnswlib in the peers' environment: peers-env/bin/pip install hnswlib
"""
import json, os, sys, time
import numpy as np

folder, *sizes = [word for word in sys.argv[1:] if word != "--make"]
rows, dim, queries = [int(size) for size in sizes] + [200_000, 512, 1000][len(sizes):]
links, effort, threads, top = 16, 200, 2, 10


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def make():
    """Rows by four levels of clusters, 20 of 20 of 20, and 24 directions within each of the first 400."""
    random = np.random.default_rng(0)
    levels = [random.normal(size=(20**(level + 1), dim)) for level in range(3)]
    directions = random.normal(size=(400, 24, dim)) / np.sqrt(24)
    gap = unit(random.normal(size=(1, dim)))
    os.makedirs(folder)
    images, texts = (np.lib.format.open_memmap(f"{folder}/{part}.npy", "w+", np.float32, (rows, dim)) for part in ("images", "texts"))
    for start in range(0, rows, 10_000):
        cluster = random.integers(0, 8000, min(10_000, rows - start))
        x = levels[0][cluster // 400] + 0.8 * levels[1][cluster // 20] + 0.6 * levels[2][cluster]
        x += 0.9 * np.einsum("ij,ijk->ik", random.normal(size=(len(cluster), 24)), directions[cluster // 20])
        x += 0.1 * random.normal(size=x.shape)
        images[start:start + len(x)] = unit(x)
        texts[start:start + len(x)] = unit(0.5 * unit(x + 0.5 * random.normal(size=x.shape)) + 0.6 * gap)
    with open(f"{folder}/keys.txt", "w") as keys:
        keys.writelines(f"{number:07}\n" for number in range(rows))
    with open(f"{folder}/asked.txt", "w") as keys:
        keys.writelines(f"{number * (rows // queries):07}\n" for number in range(queries))


if not os.path.exists(folder):
    make()
if "--make" in sys.argv:
    sys.exit()
import hnswlib

images = np.load(f"{folder}/images.npy")
asked = np.load(f"{folder}/texts.npy", mmap_mode="r")[::rows // queries][:queries]
index = hnswlib.Index(space="ip", dim=dim)
index.init_index(max_elements=rows, ef_construction=effort, M=links)
index.set_num_threads(threads)
start = time.perf_counter()
index.add_items(images)
print(json.dumps(dict(rows=rows, dim=dim, links=links, effort=effort, threads=threads, build_seconds=time.perf_counter() - start)), flush=True)
exact = np.concatenate([np.argpartition(-(part @ images.T), top, axis=1)[:, :top] for part in np.array_split(asked, max(1, queries // 50))])
for search in (16, 32, 64, 128, 256):
    index.set_ef(search)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        found, _ = index.knn_query(asked, k=top)
        seconds.append(time.perf_counter() - start)
    recall = np.mean([len(set(a) & set(b)) / top for a, b in zip(found, exact)])
    print(json.dumps(dict(effort=search, recall=recall, queries_per_second=queries / sorted(seconds)[1])), flush=True)

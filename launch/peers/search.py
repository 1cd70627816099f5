"""FAISS's flat index (inner products) on clustered unit rows, as `diagonal bench search`: search.py [ROWS [DIM [QUERIES [THREADS]]]]

Needs PyPI's faiss-cpu in the peers' environment: peers-env/bin/pip install faiss-cpu
"""
import json, statistics, sys, time
import faiss, numpy as np

rows, dim, queries, threads = (int(sys.argv[i + 1]) if len(sys.argv) > i + 1 else d for i, d in enumerate((1_000_000, 512, 1000, 2)))
faiss.omp_set_num_threads(threads)
random = np.random.default_rng(0)
centres = random.uniform(-1, 1, (1000, dim)).astype(np.float32)


def clustered(count):
    x = centres[np.arange(count) % 1000] + random.uniform(-1, 1, (count, dim)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


index = faiss.IndexFlatIP(dim)
for start in range(0, rows, 100_000):
    index.add(clustered(min(100_000, rows - start)))
asked = clustered(queries)


def seconds(count, first=0):
    start = time.perf_counter()
    index.search(asked[first:first + count], 10)
    return time.perf_counter() - start


one = statistics.median(seconds(1, turn % queries) for turn in range(7))
batch = seconds(queries)
print(json.dumps(dict(rows=rows, dim=dim, queries=queries, threads=threads, one_seconds=one, batch_seconds=batch,
                      queries_per_second=queries / batch)))

"""One configuration of FAISS over a set of hashes: python3 faiss_side.py HASHES QUERIES CONFIG THREADS SECONDS

Prints one JSON object. Queries are asked one by one on one thread, all together on several (FAISS shares a batch out
among OpenMP threads). Stops asking after SECONDS and says how many it asked.
"""
import json
import resource
import sys
import time

import faiss
import numpy

hashes_file, queries_file, config, threads, seconds = sys.argv[1:6]
threads, seconds = int(threads), float(seconds)
hashes = numpy.fromfile(hashes_file, dtype=numpy.uint8).reshape(-1, 32)
queries = numpy.fromfile(queries_file, dtype=numpy.uint8).reshape(-1, 32)


def memory():
    with open('/proc/self/statm', encoding='ascii') as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


faiss.omp_set_num_threads(threads)
before = memory()
started = time.perf_counter()
if config == 'flat':
    index = faiss.IndexBinaryFlat(256)
    index.add(hashes)
else:
    count, bits, flips = (int(part) for part in config.split(','))
    inner = faiss.IndexBinaryMultiHash(256, count, bits)
    inner.nflip = flips
    index = faiss.IndexBinaryIDMap2(inner)
    index.add_with_ids(hashes, numpy.arange(len(hashes), dtype=numpy.int64))
built = time.perf_counter() - started
used = memory() - before

found = []
times = []
asked = 0
started = time.perf_counter()
step = 1 if threads == 1 else max(100, len(queries) // 4)
while asked < len(queries) and (asked < 3 or time.perf_counter() - started < seconds):
    begin = time.perf_counter()
    # FAISS finds what is nearer than the radius: 32 for 31 and less.
    limits, distances, labels = index.range_search(queries[asked : asked + step], 32)
    times.append(time.perf_counter() - begin)
    for query in range(len(limits) - 1):
        for at in range(limits[query], limits[query + 1]):
            found.append([asked + query, int(labels[at]), int(distances[at])])
    asked += len(limits) - 1
total = time.perf_counter() - started
print(json.dumps({'version': faiss.__version__, 'options': faiss.get_compile_options(), 'built': built, 'bytes': used,
                  'asked': asked, 'total': total, 'times': times if step == 1 else [], 'found': found}))

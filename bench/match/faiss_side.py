"""One configuration of FAISS over a set of hashes: python3 faiss_side.py HASHES QUERIES CONFIG THREADS,… SECONDS

Prints one JSON object a line, for each number of threads. On one thread queries are asked one by one, for the times of
single ones, and then all together, as FAISS is quickest; the better counts. On several all together: FAISS shares a
batch out among OpenMP threads. Stops asking after SECONDS and says how many it asked.
"""
import json
import resource
import sys
import time

import faiss
import numpy

hashes_file, queries_file, config, threads, seconds = sys.argv[1:6]
seconds = float(seconds)
hashes = numpy.fromfile(hashes_file, dtype=numpy.uint8).reshape(-1, 32)
queries = numpy.fromfile(queries_file, dtype=numpy.uint8).reshape(-1, 32)


def memory():
    with open('/proc/self/statm', encoding='ascii') as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def ask(step):
    """Asks `step` queries at once until all are asked or the time is up."""
    found, times, asked, total = [], [], 0, 0
    while asked < len(queries) and (asked == 0 or total < seconds):
        begin = time.perf_counter()
        # FAISS finds what is nearer than the radius: 32 for 31 and less.
        limits, distances, labels = index.range_search(queries[asked : asked + step], 32)
        times.append(time.perf_counter() - begin)
        total += times[-1]
        for query in range(len(limits) - 1):
            for at in range(limits[query], limits[query + 1]):
                found.append([asked + query, int(labels[at]), int(distances[at])])
        asked += len(limits) - 1
    return {'found': found, 'times': times, 'asked': asked, 'rate': asked / total}


faiss.omp_set_num_threads(1)
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

for number in (int(part) for part in threads.split(',')):
    faiss.omp_set_num_threads(number)
    together = ask(250)
    answer = {**together, 'times': []}
    if number == 1:
        single = ask(1)
        answer['times'] = single['times']
        answer['rate'] = max(single['rate'], together['rate'])
    print(json.dumps({'threads': number, 'built': built, 'bytes': used, **answer}), flush=True)

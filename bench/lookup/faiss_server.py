"""The peer of bench:lookup: FAISS behind HTTP, as HMA serves it, without what HMA does besides.

gunicorn serves `app` (Flask); HASHES names a file of 32 bytes a hash, whose content ids are 1, 2, 3 …. The configuration of the index is HMA's for PDQ; the radius 31 too.
"""
import os
import time

import faiss
import numpy
from flask import Flask, request

app = Flask(__name__)
faiss.omp_set_num_threads(1)
started = time.perf_counter()
hashes = numpy.fromfile(os.environ['HASHES'], dtype=numpy.uint8).reshape(-1, 32)
inner = faiss.IndexBinaryMultiHash(256, 16, 16)
inner.nflip = 1
index = faiss.IndexBinaryIDMap2(inner)
index.add_with_ids(hashes, numpy.arange(1, len(hashes) + 1, dtype=numpy.int64))
del hashes
built = time.perf_counter() - started


@app.get('/m/raw_lookup')
def raw_lookup():
    query = numpy.frombuffer(bytes.fromhex(request.args['signal']), dtype=numpy.uint8).reshape(1, 32)
    # FAISS finds what is nearer than the radius: 32 for 31 and less.
    _, distances, labels = index.range_search(query, 32)
    found = sorted(zip(distances.tolist(), labels.tolist()))
    return {'matches': [{'content_id': label, 'distance': str(int(distance))} for distance, label in found]}


@app.get('/m/index/status')
def status():
    return {'pdq': {'present': True, 'size': index.ntotal, 'built': built}}

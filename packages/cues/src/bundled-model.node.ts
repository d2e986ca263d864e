import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The model file of the package, unpacked; undefined where it has not been trained yet. */
export function bundledModel(): Uint8Array | undefined {
  const path = join(import.meta.dirname, '../generated/model.bin.gz');
  return existsSync(path) ? gunzipSync(readFileSync(path)) : undefined;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createHasher, formatHash, type Hasher } from '@keben/pdq';
import { decodeImage } from '../detect/media/index.ts';
import { UsageError } from './usage-error.ts';

interface Wanted {
  json: boolean;
  dihedral: boolean;
  md5: boolean;
}

interface Hashed {
  path: string;
  hash: string;
  quality: number;
  width: number;
  height: number;
  md5?: string;
  dihedral?: Record<string, string>;
}

/** `keben hash FILE…`: the PDQ hash of each picture as soon as it is known, in order; exit code 1 when one has none. */
export async function printHashes(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      dihedral: { type: 'boolean', default: false },
      md5: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) {
    throw new UsageError(
      'hash needs files, or - to read their paths from standard input: keben hash FILE… [--json] [--dihedral] [--md5]',
    );
  }
  const hasher = await createHasher();
  for await (const path of pathsOf(positionals)) {
    const told = await hashFile(hasher, path, values);
    if ('error' in told) {
      process.exitCode = 1;
      process.stderr.write(`keben: ${path}: ${told.error}\n`);
      if (values.json) await write(`${JSON.stringify(told)}\n`);
    } else {
      await write(values.json ? `${JSON.stringify(told)}\n` : linesOf(told));
    }
  }
}

/** The words themselves; for `-` the lines of standard input, as they arrive. */
async function* pathsOf(words: string[]): AsyncGenerator<string> {
  for (const word of words) {
    if (word !== '-') yield word;
    else {
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }))
        if (line !== '') yield line;
    }
  }
}

async function hashFile(
  hasher: Hasher,
  path: string,
  wanted: Wanted,
): Promise<Hashed | { path: string; error: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    return { path, error: `cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})` };
  }
  const image = await decodeImage(bytes);
  if (image.status === 'unavailable') return { path, error: image.problem };
  const { hash, quality, dihedral } = hasher.hashPixels(image.pixels, { dihedral: wanted.dihedral });
  const { width, height } = image.pixels;
  return {
    path,
    hash: formatHash(hash),
    quality,
    width,
    height,
    ...(wanted.md5 && { md5: createHash('md5').update(bytes).digest('hex') }),
    ...(dihedral && {
      dihedral: Object.fromEntries(Object.entries(dihedral).map(([name, bits]) => [name, formatHash(bits)])),
    }),
  };
}

/** `hash quality path`, with the orientation and the MD5 before the path where they are asked for. */
function linesOf({ path, hash, quality, md5, dihedral }: Hashed): string {
  const end = md5 === undefined ? path : `${md5} ${path}`;
  if (!dihedral) return `${hash} ${quality} ${end}\n`;
  return Object.entries(dihedral)
    .map(([name, bits]) => `${bits} ${quality} ${name} ${end}\n`)
    .join('');
}

/** Waits while the reader of the output is behind, so that no output piles up. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

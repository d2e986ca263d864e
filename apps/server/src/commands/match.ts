import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createIndex, type HashIndex, parseHash } from '@keben/pdq';
import { UsageError } from './usage-error.ts';

const USAGE = 'keben match --index HASHES --queries HASHES [--radius 31] [--json]';
const FAR = 256;

/** Bad lines that are told one by one on standard error, in each file. */
const TOLD = 20;

/** `keben match --index HASHES --queries HASHES …`: every pair within the radius; exit code 1 when a line is no hash. */
export async function printMatches(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      index: { type: 'string' },
      queries: { type: 'string' },
      radius: { type: 'string', default: '31' },
      json: { type: 'boolean', default: false },
    },
  });
  const { index: known, queries, json } = values;
  if (known === undefined || queries === undefined) throw new UsageError(`match needs two files: ${USAGE}`);
  if (known === '-' && queries === '-')
    throw new UsageError('Only one of the two can be standard input (-).');
  const radius = Number(values.radius);
  if (!/^\d{1,3}$/.test(values.radius) || radius > FAR) {
    throw new UsageError(`--radius takes a whole number of bits from 0 to ${FAR}, not "${values.radius}"`);
  }
  const index = await readIndex(known);
  for await (const { line, hash } of hashLines(queries)) {
    const matches = index.query(hash, radius);
    if (matches.length === 0) continue;
    matches.sort((a, b) => a.distance - b.distance || Number(a.id - b.id));
    const told = matches.map(({ id, distance }) =>
      json ? JSON.stringify({ query: line, index: Number(id), distance }) : `${line} ${id} ${distance}`,
    );
    if (!process.stdout.write(`${told.join('\n')}\n`)) await once(process.stdout, 'drain');
  }
}

/** An index of the hashes of a file, each under the number of its line. */
async function readIndex(path: string): Promise<HashIndex> {
  let lines = new BigUint64Array(4096);
  let hashes = new Uint8Array(32 * lines.length);
  let count = 0;
  for await (const { line, hash } of hashLines(path)) {
    if (count === lines.length) {
      const [more, larger] = [new BigUint64Array(2 * count), new Uint8Array(64 * count)];
      more.set(lines);
      larger.set(hashes);
      [lines, hashes] = [more, larger];
    }
    lines[count] = BigInt(line);
    hashes.set(hash, 32 * count);
    count++;
  }
  const index = createIndex();
  index.insertMany(lines.subarray(0, count), hashes.subarray(0, 32 * count));
  return index;
}

/** The hash that each line begins with, by number of line from 1; empty lines are passed over. */
async function* hashLines(path: string): AsyncGenerator<{ line: number; hash: Uint8Array }> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  // A file that cannot be opened must end the run, also before the first line is asked for.
  if (path !== '-') await once(input, 'open');
  let line = 0;
  let bad = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const word = (line === 1 ? text.replace(/^\uFEFF/, '') : text).trim().split(/\s/, 1)[0] ?? '';
    if (word === '') continue;
    const hash = parseHash(word);
    if (hash) yield { line, hash };
    else if (++bad <= TOLD)
      process.stderr.write(`keben: ${path}: line ${line} begins with no PDQ hash (64 hex digits)\n`);
  }
  if (bad === 0) return;
  process.exitCode = 1;
  process.stderr.write(`keben: ${path}: ${bad} of ${line} lines were passed over.\n`);
}

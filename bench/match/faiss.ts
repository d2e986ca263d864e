import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, quantiles } from './ours.ts';
import type { MatchSet } from './sets.ts';

/** Debian's own Python, for which Debian's package is made. */
const PYTHON = '/usr/bin/python3';

/** The configurations of FAISS: all rows; what Meta's HMA uses; the best exact one that was found. */
const CONFIGURATIONS = {
  'faiss flat': 'flat',
  'faiss HMA (16×16, nflip 1)': '16,16,1',
  'faiss best exact (11×23, nflip 2)': '11,23,2',
} as const;

/** How many times as fast the same source was when built with -O3 -march=native; measured before, not here. */
export const NATIVE_FACTORS: Readonly<Record<string, number>> = {
  'faiss flat': 6.8,
  'faiss HMA (16×16, nflip 1)': 1.9,
};

interface Answer {
  threads: number;
  built: number;
  bytes: number;
  asked: number;
  /** Queries a second. */
  rate: number;
  times: number[];
  found: [number, number, number][];
}

/** Why FAISS cannot be asked here; undefined when it can. Installs Debian's package when this is root on Debian. */
export function lacksFaiss(): string | undefined {
  if (imports()) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return 'FAISS is not here. On Debian: sudo apt-get install python3-faiss';
  }
  console.log('Installing python3-faiss for the comparison (Debian package) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'python3-faiss'],
  ]) {
    const { status } = spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (status !== 0) return `apt-get ${words.join(' ')} failed: FAISS cannot be asked`;
  }
  return imports() ? undefined : 'python3-faiss is installed, but Python cannot import it';
}

function imports(): boolean {
  return spawnSync(PYTHON, ['-c', 'import faiss'], { stdio: 'ignore' }).status === 0;
}

/** Asks FAISS, each configuration in a process of its own; only those whose name holds one of the words, if any. */
export function* measureFaiss(
  set: MatchSet,
  threads: number[],
  seconds: number,
  words: string[],
): Generator<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'keben-match-'));
  try {
    const files = [join(folder, 'hashes'), join(folder, 'queries')] as const;
    writeFileSync(files[0], set.hashes);
    writeFileSync(files[1], set.queries);
    for (const [name, config] of Object.entries(CONFIGURATIONS)) {
      if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
      const given = [...files, config, threads.join(','), String(seconds)];
      const run = spawnSync(PYTHON, [join(import.meta.dirname, 'faiss_side.py'), ...given], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      if (run.status !== 0) throw new Error(`${name} failed (${run.signal ?? run.status}):\n${run.stderr}`);
      for (const line of run.stdout.trim().split('\n')) yield measured(name, JSON.parse(line) as Answer, set);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measured(name: string, answer: Answer, set: MatchSet): Measured {
  const found = new Set(answer.found.map(([query, hash]) => `${query} ${hash}`));
  const planted = [...set.planted.subarray(0, answer.asked).entries()].filter(([, from]) => from >= 0);
  const hit = planted.filter(([query, from]) => found.has(`${query} ${from}`)).length;
  return {
    name,
    threads: answer.threads,
    queriesASecond: answer.rate,
    ...quantiles(answer.times.map((time) => 1000 * time)),
    megabytes: answer.bytes / 1e6,
    buildSeconds: answer.built,
    recall: planted.length === 0 ? 1 : hit / planted.length,
    ...(answer.asked === set.planted.length
      ? { matches: answer.found.map((match) => match.join(' ')).sort() }
      : { asked: answer.asked }),
  };
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, quantiles } from './ours.ts';
import type { MatchSet } from './sets.ts';

/** Debian's own Python, for which Debian's package is made. */
const PYTHON = '/usr/bin/python3';

/** The configurations of FAISS: all rows; what Meta's HMA uses; the best exact one that was found. */
export const CONFIGURATIONS = {
  'faiss flat': 'flat',
  'faiss HMA (16×16, nflip 1)': '16,16,1',
  'faiss best exact (11×23, nflip 2)': '11,23,2',
} as const;

interface Answer {
  version: string;
  options: string;
  built: number;
  bytes: number;
  asked: number;
  total: number;
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

/** Asks FAISS in processes of its own, one for each configuration and number of threads. */
export function measureFaiss(set: MatchSet, threads: number[], seconds: number, only: string[]): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'keben-match-'));
  try {
    const files = [join(folder, 'hashes'), join(folder, 'queries')];
    writeFileSync(files[0]!, set.hashes);
    writeFileSync(files[1]!, set.queries);
    return Object.entries(CONFIGURATIONS)
      .filter(([name]) => only.length === 0 || only.some((word) => name.includes(word)))
      .flatMap(([name, config]) => threads.map((count) => measure(name, config, files, count, seconds, set)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(
  name: string,
  config: string,
  files: string[],
  threads: number,
  seconds: number,
  set: MatchSet,
): Measured {
  const script = join(import.meta.dirname, 'faiss_side.py');
  const run = spawnSync(PYTHON, [script, ...files, config, String(threads), String(seconds)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`${name} failed (${run.signal ?? run.status}):\n${run.stderr}`);
  const answer = JSON.parse(run.stdout) as Answer;
  const found = new Set(answer.found.map(([query, hash]) => `${query} ${hash}`));
  const planted = [...set.planted.subarray(0, answer.asked).entries()].filter(([, from]) => from >= 0);
  const hit = planted.filter(([query, from]) => found.has(`${query} ${from}`)).length;
  return {
    name,
    threads,
    queriesASecond: answer.asked / answer.total,
    ...quantiles(answer.times.map((time) => 1000 * time)),
    megabytes: answer.bytes / 1e6,
    buildSeconds: answer.built,
    recall: planted.length === 0 ? 1 : hit / planted.length,
    ...(answer.asked === set.planted.length
      ? { matches: answer.found.map((match) => match.join(' ')).sort() }
      : {}),
  };
}

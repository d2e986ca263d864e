import { createMD5, createSHA1, createSHA256 } from 'hash-wasm';
import { type Puzzle, solve } from '../puzzle.ts';

export interface Digests {
  md5: string;
  sha1: string;
  sha256: string;
}

const BYTES_AT_A_TIME = 1 << 20;

/** MD5, SHA-1 and SHA-256 of a file, read piece by piece. `progress` gets a share 0–1; null when `stopped` said so. */
export async function digestsOf(
  file: Blob,
  progress: (share: number) => void,
  stopped: () => boolean,
): Promise<Digests | null> {
  const [md5, sha1, sha256] = await Promise.all([createMD5(), createSHA1(), createSHA256()]);
  for (let at = 0; at < file.size; at += BYTES_AT_A_TIME) {
    if (stopped()) return null;
    const bytes = new Uint8Array(await file.slice(at, at + BYTES_AT_A_TIME).arrayBuffer());
    md5.update(bytes);
    sha1.update(bytes);
    sha256.update(bytes);
    progress(Math.min(1, (at + BYTES_AT_A_TIME) / file.size));
  }
  return { md5: md5.digest(), sha1: sha1.digest(), sha256: sha256.digest() };
}

/** The answer to a puzzle; see `solve`. */
export async function solvePuzzle(puzzle: Puzzle): Promise<string> {
  const sha256 = await createSHA256();
  return solve(puzzle, (text) => sha256.init().update(text).digest('binary'));
}

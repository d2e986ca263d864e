import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../server.ts';
import { hashOf } from './bank.ts';

const PYTHON = '/usr/bin/python3';

/** Why the peer cannot be asked; undefined when it can. It takes Debian's packages. */
export function lacksPeer(): string | undefined {
  const has = spawnSync(PYTHON, ['-c', 'import faiss, flask, gunicorn'], { stdio: 'ignore' }).status === 0;
  if (has && existsSync('/usr/bin/gunicorn')) return undefined;
  return 'The peer is not here. On Debian: sudo apt-get install python3-faiss python3-flask gunicorn';
}

/**
 * FAISS 1.7 in the configuration of Meta's HMA for PDQ, behind Flask and gunicorn (two worker processes, one for each core),
 * with the hashes 1 … `count`. Not in it: HMA itself, its key-less access, its reads of Postgres, and any change.
 */
export async function startPeer(count: number): Promise<{ url: URL; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'keben-peer-'));
  const hashes = join(folder, 'hashes');
  const file = await open(hashes, 'w');
  for (let from = 1; from <= count; from += 100_000) {
    const size = Math.min(100_000, count + 1 - from);
    await file.write(Buffer.concat(Array.from({ length: size }, (_, at) => hashOf(from + at))));
  }
  await file.close();
  const port = await freePort();
  const flags = ['--preload', '--workers', '2', '--worker-class', 'gthread', '--threads', '4'];
  const child = spawn(
    PYTHON,
    [
      '/usr/bin/gunicorn',
      ...flags,
      ...['--keep-alive', '75', '--timeout', '0', '--log-level', 'error', '--bind', `127.0.0.1:${port}`],
      'faiss_server:app',
    ],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, HASHES: hashes },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const gone = once(child, 'exit');
  const url = new URL(`http://127.0.0.1:${port}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  for (let patience = 0; child.exitCode === null && patience < 18_000; patience++) {
    try {
      if ((await fetch(new URL('/m/index/status', url))).ok) return { url, stop };
    } catch {
      // It builds its index before it listens.
    }
    await wait(100);
  }
  await stop();
  throw new Error('The peer did not come up.');
}

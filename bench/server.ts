import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const main = join(import.meta.dirname, '../apps/server/src/main.ts');

/** A server to measure: where it is and with which key. */
export interface Target {
  url: string;
  apiKey: string;
}

/** A server of our own, on a folder and port of its own. */
export interface OwnServer extends Target {
  /** Ends it with SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Ends it and, with `forget`, removes its folder. */
  stop(options: { forget: boolean }): Promise<void>;
}

/** The server that runs on PORT with DATA_DIR here, if there is one. */
export async function runningServer(): Promise<Target | undefined> {
  const url = process.env.KEBEN_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
  const folder = process.env.DATA_DIR ?? './data';
  try {
    const apiKey = await readApiKey(folder);
    const response = await fetch(`${url}/v1/log/status`, { headers: { authorization: `Bearer ${apiKey}` } });
    if (response.ok) return { url, apiKey };
    console.log(`${url} does not know the key in ${folder}/demo.json (${response.status}).`);
  } catch (cause) {
    // No folder or nobody listening: the caller starts a server of its own.
    console.log(
      `Not using ${url} with ${folder}/demo.json: ${cause instanceof Error ? cause.message : cause}.`,
    );
  }
  return undefined;
}

export async function newDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'keben-bench-'));
}

/** Starts `keben start --demo` on `folder` and waits until it is ready. */
export async function startServer(folder: string): Promise<OwnServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [main, 'start', '--demo'], {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    await ready(url, child, folder);
  } catch (cause) {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw cause;
  }
  return {
    url,
    apiKey: await readApiKey(folder),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop({ forget }) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(late);
      if (forget) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts `keben start` on a folder (or on the Postgres of `databaseUrl`) that holds its organisations already. */
export async function startFilled(
  folder: string,
  databaseUrl: string | undefined,
  flags: string[] = [],
): Promise<{ url: URL; pid: number; stop(): Promise<void> }> {
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const child = spawn(process.execPath, [...flags, main, 'start'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  const url = new URL(`http://127.0.0.1:${port}`);
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(late);
  };
  try {
    await answering(url, child);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, pid: child.pid ?? 0, stop };
}

async function answering(url: URL, child: ChildProcess): Promise<void> {
  const patience = Date.now() + 60_000;
  while (Date.now() < patience) {
    if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`);
    try {
      const { ok } = await fetch(new URL('/readyz', url));
      if (ok) return;
    } catch {
      // Not listening yet.
    }
    await wait(100);
  }
  throw new Error('The server was not ready within a minute.');
}

/** Resident memory of the server in bytes, from its own metrics. */
export async function residentBytes({ url }: Target): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? Number.NaN);
}

async function ready(url: string, child: ChildProcess, folder: string): Promise<void> {
  const patience = Date.now() + 120_000;
  while (Date.now() < patience) {
    if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`);
    try {
      const { ok } = await fetch(`${url}/readyz`);
      // The demo key is written last.
      if (ok && (await readApiKey(folder))) return;
    } catch {
      // Not listening yet.
    }
    await wait(100);
  }
  throw new Error('The server was not ready within two minutes.');
}

async function readApiKey(folder: string): Promise<string> {
  const demo: { platform: { apiKey: string } } = JSON.parse(
    await readFile(join(folder, 'demo.json'), 'utf8'),
  );
  return demo.platform.apiKey;
}

/** A port on 127.0.0.1 that nobody listens on at present. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No free port.');
  return address.port;
}

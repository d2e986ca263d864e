import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A start that cannot go on, told to the operator without a stack: what is wrong and how to mend it. */
export class StartError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StartError';
  }
}

export interface DataDir {
  path: string;
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process alone. The lock is a listening local socket named after the folder:
 * the system drops it when the process dies, however it dies, so a crash never leaves a stale lock.
 */
export async function takeDataDir(folder: string): Promise<DataDir> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK | constants.R_OK);
    // access() answers yes to root even on a read-only mount, so a real write decides.
    const probe = join(path, '.write-probe');
    await mkdir(probe, { recursive: true });
    await rm(probe, { recursive: true });
  } catch (cause) {
    throw new StartError(
      `DATA_DIR: this user cannot write to ${path}. Give it write permission or set DATA_DIR to another folder.`,
      { cause },
    );
  }
  const server = await listenOnce(await lockName(path), path);
  return {
    path,
    release: () => new Promise((done) => server.close(() => done())),
  };
}

async function lockName(path: string): Promise<string> {
  const name = `keben-${createHash('sha256')
    .update(await realpath(path))
    .digest('hex')
    .slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

async function listenOnce(name: string, path: string): Promise<Server> {
  const busy = new StartError(
    `DATA_DIR: another Kề Bên is already running on ${path}. Stop it first, or set DATA_DIR to another folder.`,
  );
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = createServer((socket) => socket.end());
    const code = await new Promise<string | undefined>((done) => {
      server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'unknown'));
      server.listen(name, () => done(undefined));
    });
    if (code === undefined) {
      server.unref();
      return server;
    }
    if (code !== 'EADDRINUSE') throw new StartError(`DATA_DIR: cannot lock ${path} (${code}).`);
    if (!name.endsWith('.sock') || (await answers(name))) throw busy;
    await rm(name, { force: true });
  }
  throw busy;
}

function answers(name: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(name);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

import { chmod, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of somebody else's bytes on its way through. */
export interface MediaFile {
  path: string;
  bytes: number;
  /** Reading it does so too. */
  remove(): Promise<void>;
}

export interface MediaFolder {
  /** Writes what comes into a file that only this user can read. `undefined` when it is more than `maxBytes`. */
  save(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<MediaFile | undefined>;
  /** Removes the folder with all in it. */
  close(): Promise<void>;
}

const PREFIX = 'keben-media-';

/** Folders of this process. */
const ours = new Set<string>();

/** No file stays so long, whatever process now runs under the number in the folder's name. */
const LONGEST_STAY = 24 * 3600 * 1000;

/** A new folder (0700) for this process. Removes those that processes left behind that ended without closing. */
export async function createMediaFolder(parent = tmpdir()): Promise<MediaFolder> {
  await sweep(parent);
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o700);
  ours.add(folder);
  let count = 0;
  return {
    async save(source, maxBytes) {
      const path = join(folder, String(++count));
      const remove = () => rm(path, { force: true });
      try {
        const bytes = await write(path, source, maxBytes);
        if (bytes !== undefined) return { path, bytes, remove };
      } catch (cause) {
        await remove();
        throw cause;
      }
      await remove();
      return undefined;
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      ours.delete(folder);
    },
  };
}

async function write(
  path: string,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<number | undefined> {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      // Leaving the loop closes the source.
      if (bytes > maxBytes) return undefined;
      await file.writeFile(chunk);
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function sweep(parent: string): Promise<void> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = Number(/^keben-media-(\d+)-/.exec(name)?.[1]);
    const path = join(parent, name);
    if (Number.isNaN(pid) || ours.has(path)) continue;
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    // In a container every start has the same number: one of ours that we do not know is from before.
    if (pid === process.pid || !runs(pid)) await rm(path, { recursive: true, force: true });
    else if (Date.now() - found.mtimeMs > LONGEST_STAY) await empty(path);
  }
}

/** A server that runs keeps its folder. */
async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMediaReader, type MediaReaderOptions } from './media-reader.ts';
import type { Seen } from './reading.ts';

export async function* once(bytes: Uint8Array) {
  yield bytes;
}

export function problemOf(seen: Seen): string {
  return seen.status === 'unavailable' ? seen.problem : '';
}

/** A reader, and further ones with other options, over folders that go with the test. */
export async function openReaderStage() {
  const folder = await mkdtemp(join(tmpdir(), 'keben-reader-test-'));
  const waitingRoom = join(folder, 'waiting');
  const open: { close(): Promise<void> }[] = [];

  function readerWith(options: Partial<MediaReaderOptions> = {}) {
    const reader = createMediaReader({ workers: 1, folder: waitingRoom, ...options });
    open.push(reader);
    return reader;
  }
  const reader = readerWith();

  return {
    folder,
    waitingRoom,
    reader,
    readerWith,
    async look(bytes: Uint8Array, dihedral = false) {
      const file = await reader.save(once(bytes));
      if (!file) throw new Error('too large');
      return { ...(await reader.read(file, { dihedral })), file };
    },
    async close() {
      for (const one of open) await one.close();
      await rm(folder, { recursive: true });
    },
  };
}

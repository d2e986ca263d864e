import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMediaReader } from '../apps/server/src/detect/index.ts';
import { bombs, goodPictures, type HostileFile, mutated } from './hostile-files.ts';

/** `npm run fuzz:files` sends 10,000 to a server over HTTP. */
const COUNT = 400;

const folder = mkdtempSync(join(tmpdir(), 'keben-hostile-'));
const endedEarly: unknown[] = [];
const log = { warn: (end: unknown) => void endedEarly.push(end) };
const reader = createMediaReader({ workers: 2, folder, log });
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true });
});

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

async function memory() {
  const each = await Promise.all(reader.state().processes.map(residentMegabytes));
  return { server: await residentMegabytes(process.pid), readers: Math.max(...each) };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Reads a file, makes sure that the answer is one, and gives it in a word. */
async function answer({ name, bytes }: HostileFile): Promise<string> {
  const file = await reader.save(once(bytes));
  if (!file) throw new Error(`${name}: not taken in`);
  const { digests, seen } = await reader.read(file, { dihedral: true });
  expect(digests?.sha256, name).toMatch(/^[0-9a-f]{64}$/);
  if (seen.status === 'unavailable') {
    expect(seen.problem, name).toMatch(/^[^/]{8,200}$/);
    return seen.why;
  }
  if (seen.status === 'picture') {
    expect(seen.pdq, name).toMatch(/^[0-9a-f]{64}$/);
    expect(seen.dihedral, name).toHaveLength(8);
  }
  return seen.status;
}

const counts = new Map<string, number>();

async function readAll(files: Iterable<HostileFile>): Promise<void> {
  const list = [...files];
  const next = async () => {
    for (let file = list.pop(); file; file = list.pop()) {
      const word = await answer(file);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  };
  await Promise.all([next(), next()]);
}

function* first(count: number, files: Iterator<HostileFile>): Generator<HostileFile> {
  for (let made = 0; made < count; made++) yield files.next().value as HostileFile;
}

describe('files made to harm', () => {
  it('each have a clear answer, harm neither server nor readers, and leave no memory and no file behind', async () => {
    const good = await goodPictures();
    const files = mutated(good, 20_261_125);
    await readAll(good);
    expect(counts).toEqual(new Map([['picture', good.length]]));
    await readAll(first(COUNT / 4, files));
    const warm = await memory();
    await readAll(first((3 * COUNT) / 4, files));
    const after = await memory();
    console.log(
      `hostile files: ${JSON.stringify(Object.fromEntries(counts))}, MB ${JSON.stringify({ warm, after })}`,
    );
    expect(endedEarly, 'readers that crashed or were ended').toEqual([]);
    expect(['picture', 'damaged', 'not-supported', 'too-large']).toEqual(
      expect.arrayContaining([...counts.keys()]),
    );
    for (const word of ['picture', 'damaged', 'not-supported', 'too-large'])
      expect(counts.get(word)).toBeGreaterThan(9);
    // A reader that holds more than 250 MB at rest is replaced; just after a file it may hold that file's pixels too.
    expect(after.readers).toBeLessThan(350);
    expect(after.server).toBeLessThan(warm.server + 60);
    expect(readdirSync(folder).flatMap((name) => readdirSync(join(folder, name)))).toEqual([]);
  });

  it('that would become large ones do not', async () => {
    const told: Record<string, string> = {};
    for (const bomb of await bombs(await goodPictures())) {
      expect(bomb.bytes.length, bomb.name).toBeLessThan(2_500_000);
      told[bomb.name] = await answer(bomb);
    }
    expect(told).toEqual({
      'png of 30,000 × 30,000': 'too-large',
      'png of 7,700 × 7,700': 'picture',
      'png of 1 × 59,000,000': 'too-large',
      'png with texts of 100 MB': 'picture',
      'webp of 5,000 × 5,000': 'picture',
      'gif of 5,000 × 5,000': 'picture',
      'jpeg of 2,000 scans': 'damaged',
      'jpeg of 65,500 × 65,500': 'too-large',
    });
    expect((await memory()).server).toBeLessThan(600);
  });
});

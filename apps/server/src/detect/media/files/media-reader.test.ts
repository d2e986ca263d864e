import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHasher, formatHash } from '@keben/pdq';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { createMediaReader } from './media-reader.ts';
import { once, openReaderStage, problemOf } from './reader-stage.ts';

const { folder, waitingRoom, reader, readerWith, look, close } = await openReaderStage();
afterAll(close);

const width = 640;
const height = 400;
const waves = Uint8Array.from(
  { length: width * height * 3 },
  (_, at) => 128 + 100 * Math.sin(at / 97) * Math.cos(at / 31_000),
);
const picture = sharp(waves, { raw: { width, height, channels: 3 } });
const png = await picture.clone().png().toBuffer();
const avif = await picture.clone().avif().toBuffer();
describe('a picture', () => {
  it('has the digests of its bytes and the hash that it has in this process', async () => {
    const hasher = await createHasher();
    for (const bytes of [png, await picture.clone().jpeg().toBuffer()]) {
      const { digests, seen, kind, file } = await look(bytes, true);
      for (const name of ['md5', 'sha1', 'sha256'] as const) {
        expect(digests?.[name]).toBe(createHash(name).update(bytes).digest('hex'));
      }
      expect(kind).toBe('picture');
      const image = await decodeImage(bytes);
      if (image.status !== 'decoded') throw new Error(image.problem);
      const { hash, quality, dihedral } = hasher.hashPixels(image.pixels, { dihedral: true });
      expect(seen).toMatchObject({ status: 'picture', width, height, pdq: formatHash(hash), quality });
      if (seen.status !== 'picture' || !dihedral) throw new Error('no picture');
      expect(
        Object.fromEntries(seen.dihedral?.map(({ orientation, pdq }) => [orientation, pdq]) ?? []),
      ).toEqual(Object.fromEntries(Object.entries(dihedral).map(([name, bits]) => [name, formatHash(bits)])));
      expect(existsSync(file.path)).toBe(false);
    }
  });

  it('of one colour still has its hash, with a quality that forbids to match it', async () => {
    const plain = sharp({ create: { width: 99, height: 99, channels: 3, background: '#888' } });
    expect((await look(await plain.png().toBuffer())).seen).toMatchObject({ status: 'picture', quality: 0 });
  });

  it('of too many pixels or bytes is refused', async () => {
    const small = readerWith({ limits: { pixels: width * height - 1, bytes: 100_000 } });
    const webp = await small.save(once(await picture.clone().webp().toBuffer()));
    const told = await small.read(webp as NonNullable<typeof webp>);
    expect(told).toMatchObject({ digests: {}, seen: { why: 'too-large' } });
    expect(await small.save(once(waves))).toBeUndefined();
    await writeFile(join(folder, 'large'), waves);
    const direct = await small.read({ path: join(folder, 'large') });
    expect(direct).toEqual({
      seen: { status: 'unavailable', why: 'too-large', problem: expect.any(String) },
    });
  });
});

describe('what is not a picture that can be decoded', () => {
  it.each([
    ['text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not-supported'],
    ['nothing', Buffer.alloc(0), 'not-supported'],
    ['half a PNG', png.subarray(0, 3000), 'damaged'],
    ['an AVIF that ends early', avif.subarray(0, 500), 'damaged'],
  ] as const)('has digests and a reason: %s', async (_, bytes, why) => {
    const { digests, seen, file } = await look(bytes);
    expect(digests?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(seen).toMatchObject({ status: 'unavailable', why });
    expect(problemOf(seen)).not.toMatch(/\/|keben/);
    expect(existsSync(file.path)).toBe(false);
  });

  it('says that a file is not there, without its path', async () => {
    expect(await reader.read({ path: join(folder, 'absent') })).toEqual({
      seen: { status: 'unavailable', why: 'gone', problem: 'the file cannot be read (ENOENT)' },
    });
  });
});

describe('the process that reads', () => {
  /** A PNG of a few kilobytes that fills 147 MB. */
  const large = join(folder, 'large.png');
  beforeAll(async () => {
    const bomb = sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#123' } });
    await bomb.png({ compressionLevel: 9 }).toFile(large);
  });

  it('knows none of the secrets of the server', async () => {
    await look(png);
    const [pid] = reader.state().processes;
    const names = (await readFile(`/proc/${pid}/environ`, 'latin1'))
      .split('\0')
      .map((line) => line.split('=')[0]);
    expect(names.filter(Boolean).sort()).toEqual([
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'MALLOC_TRIM_THRESHOLD_',
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'PATH',
      'VIPS_CONCURRENCY',
    ]);
    expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
  });

  it.each([
    ['memory', { memoryMegabytes: 150 }],
    ['timeout', { seconds: 0.1 }],
  ] as const)('is ended for its %s, and the next file is read by another', async (why, limits) => {
    const ends: unknown[] = [];
    const log = { warn: (end: unknown) => void ends.push(end) };
    const strict = readerWith({ limits, log });
    const told = await strict.read({ path: large });
    expect(told).toMatchObject({ digests: { md5: expect.any(String) }, kind: 'picture', seen: { why } });
    expect(ends).toMatchObject([{ why }]);
    const small = await picture.clone().resize(64).png().toBuffer();
    // More than once: on a machine that is busy, a tenth of a second can pass in any picture.
    const read = async () => strict.read((await strict.save(once(small))) as { path: string });
    await expect.poll(async () => (await read()).seen.status, { timeout: 30_000 }).toBe('picture');
    expect(strict.state()).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('may be killed by anybody: that file has an answer, and the next one another process', async () => {
    const victim = readerWith();
    const first = victim.read({ path: large });
    const [pid] = victim.state().processes as [number];
    process.kill(pid, 'SIGSEGV');
    expect((await first).seen).toMatchObject({ status: 'unavailable', why: 'crashed' });
    expect((await victim.read({ path: large })).seen.status).toBe('picture');
    expect(victim.state().processes).not.toContain(pid);
  });

  it('lets some files wait and answers busy beyond', async () => {
    const narrow = readerWith({ waiting: 1 });
    const path = join(folder, 'small.png');
    await picture.clone().png().toFile(path);
    const told = await Promise.all([1, 2, 3, 4].map(() => narrow.read({ path })));
    expect(told.map(({ seen }) => (seen.status === 'unavailable' ? seen.why : seen.status))).toEqual([
      'picture',
      'picture',
      'busy',
      'busy',
    ]);
  });

  it('ends with the reader, and so do the files that wait', async () => {
    const ending = createMediaReader({ workers: 1, folder: waitingRoom });
    const file = await ending.save(once(waves));
    const running = ending.read({ path: large });
    const [pid] = ending.state().processes as [number];
    await ending.close();
    expect((await running).seen).toMatchObject({ why: 'crashed' });
    expect(existsSync(file?.path as string)).toBe(false);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect((await ending.read({ path: large })).seen).toMatchObject({ why: 'busy' });
  });
});

describe('files on their way', () => {
  it('are swept when the process that left them is gone, and kept when it runs', async () => {
    const parent = join(folder, 'swept');
    const of = (name: string) => join(parent, name);
    const gone = spawnSync('true').pid;
    const day = 25 * 3600;
    for (const name of [
      `keben-media-${gone}-a`,
      `keben-media-${process.ppid}-b`,
      `keben-media-${process.ppid}-c`,
      'other',
    ]) {
      await mkdir(of(name), { recursive: true });
      await writeFile(join(of(name), '1'), 'x');
    }
    const before = Date.now() / 1000 - day;
    await utimes(of(`keben-media-${process.ppid}-c`), before, before);
    const own = readerWith({ folder: parent });
    const file = await own.save(once(Buffer.from('y')));
    const left = (await readdir(parent)).sort();
    expect(left).toHaveLength(4);
    expect(left).toContain('other');
    expect(await readdir(of(`keben-media-${process.ppid}-b`))).toEqual(['1']);
    expect(await readdir(of(`keben-media-${process.ppid}-c`))).toEqual([]);
    expect((await stat(file?.path as string)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file?.path as string, '..'))).mode & 0o777).toBe(0o700);
    await own.close();
    expect(await readdir(parent)).toHaveLength(3);
  });

  it('are removed when their source breaks off', async () => {
    const parent = join(folder, 'broken');
    const own = readerWith({ folder: parent });
    const source = async function* () {
      yield waves;
      throw new Error('broke off');
    };
    await expect(own.save(source())).rejects.toThrow('broke off');
    const [name = ''] = await readdir(parent);
    expect(await readdir(join(parent, name))).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHasher, formatHash, matchVideos, parseHash } from '@keben/pdq';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { createMediaReader, type MediaReaderOptions } from './media-reader.ts';
import type { Seen } from './reading.ts';

const folder = await mkdtemp(join(tmpdir(), 'keben-reader-test-'));
const waitingRoom = join(folder, 'waiting');
const open: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const reader of open) await reader.close();
  await rm(folder, { recursive: true });
});

function readerWith(options: Partial<MediaReaderOptions> = {}) {
  const reader = createMediaReader({ workers: 1, folder: waitingRoom, ...options });
  open.push(reader);
  return reader;
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

const width = 640;
const height = 400;
const waves = Uint8Array.from(
  { length: width * height * 3 },
  (_, at) => 128 + 100 * Math.sin(at / 97) * Math.cos(at / 31_000),
);
const picture = sharp(waves, { raw: { width, height, channels: 3 } });
const png = await picture.clone().png().toBuffer();
const avif = await picture.clone().avif().toBuffer();
const reader = readerWith();

async function look(bytes: Uint8Array, dihedral = false) {
  const file = await reader.save(once(bytes));
  if (!file) throw new Error('too large');
  return { ...(await reader.read(file, { dihedral })), file };
}

function problemOf(seen: Seen): string {
  return seen.status === 'unavailable' ? seen.problem : '';
}

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

/** The start of a HEIC file as phones write it: brands, and an image whose codec is HEVC. */
function heic(): Buffer {
  const box = (type: string, ...content: (string | number[])[]) => {
    const body = Buffer.concat(content.map((part) => Buffer.from(part as string, 'latin1')));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(type, 4);
    return Buffer.concat([head, body]).toString('latin1');
  };
  const full = [0, 0, 0, 0];
  const size = box('ispe', full, [0, 0, 0, 64, 0, 0, 0, 64]);
  const codec = box(
    'hvcC',
    [1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 90, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 15, 0],
  );
  const meta = box(
    'meta',
    full,
    box('hdlr', full, full, 'pict', Array(12).fill(0), [0]),
    box('pitm', full, [0, 1]),
    box('iloc', full, [0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]),
    box('iinf', full, [0, 1], box('infe', [2, 0, 0, 0], [0, 1, 0, 0], 'hvc1', [0])),
    box('iprp', box('ipco', size, codec), box('ipma', full, [0, 0, 0, 1, 0, 1, 2, 1, 0x82])),
  );
  const bytes = box('ftyp', 'heic', full, 'mif1heic') + meta + box('mdat', [0, 0, 0, 5, 0x28, 1, 0xaf, 0, 0]);
  return Buffer.from(bytes, 'latin1');
}

describe('what is not a picture that can be decoded', () => {
  it.each([
    ['text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not-supported'],
    ['nothing', Buffer.alloc(0), 'not-supported'],
    ['HEIC, for want of an HEVC decoder', heic(), 'not-supported'],
    ['half a PNG', png.subarray(0, 3000), 'damaged'],
    ['an AVIF that ends early', avif.subarray(0, 500), 'damaged'],
  ] as const)('has digests and a reason: %s', async (_, bytes, why) => {
    const { digests, seen, file } = await look(bytes);
    expect(digests?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(seen).toMatchObject({ status: 'unavailable', why });
    expect(problemOf(seen)).not.toMatch(/\/|keben/);
    expect(existsSync(file.path)).toBe(false);
  });

  it('names HEIC, and reads AVIF of the same family', async () => {
    expect(problemOf((await look(heic())).seen)).toBe('this server cannot decode HEIC');
    expect((await look(avif)).seen).toMatchObject({ format: 'avif', width });
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
    const log = { warn: (end: unknown) => ends.push(end) } as unknown as MediaReaderOptions['log'];
    const strict = readerWith({ limits, ...(log && { log }) });
    const told = await strict.read({ path: large });
    expect(told).toMatchObject({ digests: { md5: expect.any(String) }, kind: 'picture', seen: { why } });
    expect(ends).toMatchObject([{ why }]);
    const small = await strict.save(once(await picture.clone().resize(64).png().toBuffer()));
    expect((await strict.read(small as NonNullable<typeof small>)).seen.status).toBe('picture');
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

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of films need ffmpeg');

/** A test picture that moves, made by ffmpeg. */
function film(name: string, seconds: number, words: string[], size = '320x240'): string {
  const path = join(folder, name);
  const source = `testsrc=duration=${seconds}:size=${size}:rate=25`;
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...words, path], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  return path;
}

const mp4 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

describe.skipIf(!hasFfmpeg)('a film', () => {
  async function framesOf(path: string) {
    const { seen, kind } = await reader.read({ path });
    if (seen.status !== 'film') throw new Error(problemOf(seen));
    expect(kind).toBe('film');
    return {
      ...seen,
      frames: seen.frames.map((one) => ({ ...one, hash: parseHash(one.hash) as Uint8Array })),
    };
  }

  it('has a hash for each second, and is found again in another format and size, and as a clip', async () => {
    const whole = await framesOf(film('a.mp4', 4.6, mp4));
    expect(whole).toMatchObject({ format: 'mov', looked: 5, complete: true });
    expect(whole.frames.map(({ frame, seconds }) => [frame, seconds])).toEqual(
      [0, 1, 2, 3, 4].map((at) => [at, at]),
    );
    const clip = await framesOf(film('b.webm', 2, ['-c:v', 'libvpx', '-b:v', '1M', '-vf', 'scale=480:360']));
    expect(clip).toMatchObject({ format: 'matroska', looked: 2, complete: true });
    expect(matchVideos(clip.frames, whole.frames)).toEqual({ query: 100, candidate: 40 });
  });

  it('gives for its first frame the hash of that frame as a picture', async () => {
    const { frames } = await framesOf(film('still.avi', 1, ['-c:v', 'mjpeg', '-q:v', '2'], '500x400'));
    const still = spawnSync(
      'ffmpeg',
      [
        '-v',
        'error',
        '-i',
        join(folder, 'still.avi'),
        '-frames:v',
        '1',
        '-f',
        'image2pipe',
        '-c:v',
        'png',
        '-',
      ],
      { maxBuffer: 1 << 24 },
    );
    const { seen } = await look(still.stdout);
    expect(seen).toMatchObject({ status: 'picture', pdq: formatHash(frames[0]?.hash as Uint8Array) });
  });

  it('keeps what can be read of a damaged file and says that something is missing', async () => {
    const bytes = await readFile(film('front.mp4', 6, [...mp4, '-movflags', '+faststart']));
    await writeFile(join(folder, 'half.mp4'), bytes.subarray(0, bytes.length / 2));
    const half = await framesOf(join(folder, 'half.mp4'));
    expect(half.complete).toBe(false);
    expect(half.looked).toBeGreaterThan(0);
    const index = await readFile(join(folder, 'a.mp4'));
    const { seen } = await look(index.subarray(0, index.length / 2));
    expect(seen).toMatchObject({ status: 'unavailable', why: 'damaged' });
  });

  it('has frames that show nothing left out', async () => {
    const black = film('black.mp4', 2, [...mp4, '-vf', 'lutyuv=y=16:u=128:v=128']);
    expect(await framesOf(black)).toMatchObject({ looked: 2, frames: [] });
  });

  it('is read up to the number of frames', async () => {
    const short = readerWith({ limits: { frames: 2 } });
    expect((await short.read({ path: join(folder, 'a.mp4') })).seen).toMatchObject({
      looked: 2,
      complete: false,
    });
  });

  it('cannot be a list that leads to other files', async () => {
    for (const text of [
      `ffconcat version 1.0\nfile ${folder}/a.mp4\n`,
      `#EXTM3U\n#EXTINF:1,\n${folder}/a.mp4\n`,
    ]) {
      expect((await look(Buffer.from(text))).seen).toMatchObject({ why: 'not-supported' });
    }
  });
});

describe('the decoder of films', () => {
  /** Stands for an ffmpeg that a file has turned against us. */
  async function decoder(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o700);
    return path;
  }
  const mkv = Buffer.from('1a45dfa3', 'hex');

  it('may be absent', async () => {
    const without = readerWith({ ffmpeg: join(folder, 'absent') });
    const file = await without.save(once(mkv));
    expect(await without.read(file as NonNullable<typeof file>)).toMatchObject({
      digests: {},
      kind: 'film',
      seen: { why: 'no-ffmpeg', problem: expect.stringContaining('ffmpeg is not installed') },
    });
  });

  it.each([
    ['fills the memory', 'exec dd if=/dev/zero of=/dev/null bs=600M', 'memory'],
    ['never ends', 'exec sleep 1000', 'timeout'],
    ['kills the process that started it', 'kill -KILL $PPID; exec sleep 1000', 'crashed'],
    ['writes what is no picture', 'printf "P5 nothing at all, and more of it"', 'damaged'],
    ['writes a picture without end', 'printf "P6\\n99999 99999\\n255\\n"; cat /dev/zero', 'damaged'],
  ])('is ended when it %s', async (name, script, why) => {
    const pidFile = join(folder, 'pid');
    await rm(pidFile, { force: true });
    const ffmpeg = await decoder(name.replaceAll(' ', '-'), `echo $$ > ${pidFile}\n${script}`);
    const strict = readerWith({ ffmpeg, limits: { filmSeconds: 1, memoryMegabytes: 250 } });
    const file = await strict.save(once(mkv));
    const told = await strict.read(file as NonNullable<typeof file>);
    expect(told).toMatchObject({
      digests: { md5: expect.any(String) },
      seen: { status: 'unavailable', why },
    });
    const pid = (await readFile(pidFile, 'utf8')).trim();
    await expect
      .poll(async () => (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).split(') ')[1]?.[0])
      .toBe('Z');
  });
});

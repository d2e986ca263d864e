import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatHash, matchVideos, parseHash } from '@keben/pdq';
import { afterAll, describe, expect, it } from 'vitest';
import { once, openReaderStage, problemOf } from './reader-stage.ts';

const { folder, reader, readerWith, look, close } = await openReaderStage();
afterAll(close);

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

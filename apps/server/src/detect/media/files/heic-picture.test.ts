import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hammingDistance, parseHash } from '@keben/pdq';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeHeic } from './heic-picture.ts';
import { heifPicture } from './heif-items.ts';
import { once, openReaderStage, problemOf } from './reader-stage.ts';

/** Six tiles of 64 × 64 by libheif 1.23 and x265, of a drawing made for this test. */
const tiles = readFileSync(join(import.meta.dirname, 'fixtures/tiles.heic'));
/** What Pillow with libheif decodes has this hash. */
const expected = parseHash('4a97d41fea9dd4b5dab7503580bd503508b5afca0015bfca8a95bf6aab84203f') as Uint8Array;

const { readerWith, look, close } = await openReaderStage();
afterAll(close);
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of HEIC need ffmpeg');

/** The same with another property in the place of one that nobody needs. */
function turnedBy(name: 'irot' | 'imir', value: number): Buffer {
  const bytes = Buffer.from(tiles);
  for (let at = bytes.indexOf('pixi'); at >= 0; at = bytes.indexOf('pixi', at)) {
    bytes.write(name, at);
    bytes[at + 4] = value;
  }
  return bytes;
}

async function pixelsOf(file: Uint8Array) {
  const told = await decodeHeic(file, { ffmpeg: 'ffmpeg', limits: readerWith().limits }, () => undefined);
  if (told.status !== 'decoded') throw new Error(told.problem);
  return told.pixels;
}

describe.skipIf(!hasFfmpeg)('an HEIC picture', () => {
  it('in tiles has the hash that libheif gives it', async () => {
    const { seen, digests, kind } = await look(tiles);
    expect({ seen, kind }).toMatchObject({
      seen: { status: 'picture', format: 'heic', width: 192, height: 128 },
      kind: 'picture',
    });
    expect(digests?.md5).toHaveLength(32);
    const { pdq = '' } = seen.status === 'picture' ? seen : {};
    expect(hammingDistance(parseHash(pdq) as Uint8Array, expected)).toBeLessThanOrEqual(10);
  });

  it.each([
    ['irot', 1, (picture: Sharp) => picture.rotate(270)],
    ['irot', 2, (picture: Sharp) => picture.rotate(180)],
    ['irot', 3, (picture: Sharp) => picture.rotate(90)],
    ['imir', 0, (picture: Sharp) => picture.flip()],
    ['imir', 1, (picture: Sharp) => picture.flop()],
  ] as const)('is turned as it says: %s %i', async (name, value, turn) => {
    const [plain, turned] = [await pixelsOf(tiles), await pixelsOf(turnedBy(name, value))];
    const { width, height } = plain;
    const wanted = await turn(sharp(plain.data, { raw: { width, height, channels: 3 } }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([turned.width, turned.height]).toEqual([wanted.info.width, wanted.info.height]);
    expect(Buffer.from(turned.data).equals(wanted.data)).toBe(true);
  });

  it('that is cut off, or asks for too much, is refused', async () => {
    expect((await look(tiles.subarray(0, 2500))).seen).toMatchObject({ why: 'damaged' });
    expect((await look(tiles.subarray(0, 700))).seen).toMatchObject({ why: 'damaged' });
    const small = readerWith({ limits: { pixels: 20_000 } });
    const file = await small.save(once(tiles));
    expect((await small.read(file as { path: string })).seen).toMatchObject({ why: 'too-large' });
  });
});

it('without ffmpeg HEIC is not supported, and has its digests', async () => {
  const without = readerWith({ ffmpeg: '/nowhere/ffmpeg' });
  const file = await without.save(once(tiles));
  const { seen, digests } = await without.read(file as { path: string });
  expect(digests?.md5).toHaveLength(32);
  expect(seen).toMatchObject({ why: 'not-supported' });
  expect(problemOf(seen)).toBe('this server cannot decode HEIC: ffmpeg is not installed');
});

it('any bytes give a picture, nothing or a RangeError, and little memory', () => {
  const changes = fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(tiles.length), (changed, length) => {
      const bytes = Buffer.from(tiles.subarray(0, length));
      for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value;
      try {
        const found = heifPicture(bytes);
        expect((found?.tiles ?? []).reduce((sum, { length: own }) => sum + own, 0)).toBeLessThan(20_000);
      } catch (cause) {
        expect(cause).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 3000 },
  );
});

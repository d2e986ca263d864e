/**
 * Meta's test pictures with their published hashes, which stand beside the repository in `../shared/data/pdq`
 * (they are not ours to copy). Decoded in full by libvips; the reference decodes by libjpeg.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createHasher, hammingDistance, type Pixels, parseHash } from './index.ts';

const folder = join(import.meta.dirname, '../../../../shared/data/pdq');
const there = existsSync(join(folder, 'expected.csv'));
const expected = there
  ? readFileSync(join(folder, 'expected.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(','))
  : [];
if (!there) console.warn(`no reference pictures in ${folder}: conformance is not tested here`);

async function pixelsOf(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

describe.skipIf(!there)('the reference pictures', () => {
  it('have the published hashes: PNG to the bit, JPEG within 10 bits, at least 14 of 15 to the bit', async () => {
    const hashers = [await createHasher(), await createHasher('typescript')];
    let exact = 0;
    for (const [file = '', printed = ''] of expected) {
      const wanted = parseHash(printed);
      expect(wanted, printed).toBeDefined();
      const pixels = await pixelsOf(join(folder, file));
      const told = hashers.map((hasher) => hasher.hashPixels(pixels));
      const distances = told.map(({ hash }) => hammingDistance(hash, wanted!));
      expect(distances[0], file).toBeLessThanOrEqual(file.endsWith('.png') ? 0 : 10);
      expect(told[1], `${file}, both ways`).toEqual(told[0]);
      if (distances[0] === 0) exact++;
    }
    console.log(`${exact} of ${expected.length} reference pictures have the published hash to the bit`);
    expect(expected.length).toBe(15);
    expect(exact).toBeGreaterThanOrEqual(14);
  });
});

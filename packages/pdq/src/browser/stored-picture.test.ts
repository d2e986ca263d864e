import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { pngPixels } from './png-pixels.ts';
import { asStored, changesOf } from './stored-picture.ts';

const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: '#a05010' } });

describe('a picture as stored', () => {
  it.each(['jpeg', 'png'] as const)('%s: loses turn and profile, keeps every pixel', async (format) => {
    const bytes = await picture
      .clone()
      .withMetadata({ orientation: 6 })
      .withIccProfile('p3')
      .toFormat(format)
      .toBuffer();
    const stored = Buffer.from(await (await asStored(new Blob([bytes]))).arrayBuffer());
    const before = await sharp(bytes).metadata();
    const after = await sharp(stored).metadata();
    expect([before.orientation, before.icc !== undefined]).toEqual([6, true]);
    expect([after.orientation ?? 1, after.icc]).toEqual([1, undefined]);
    expect([after.width, after.height]).toEqual([30, 20]);
    const pixels = (file: Buffer) => sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(await pixels(stored)).toEqual(await pixels(bytes));
  });

  it.each(['png', 'webp', 'avif'] as const)(
    '%s: its transparency goes, the colours under it stay',
    async (format) => {
      const clear = sharp({ create: { width: 64, height: 64, channels: 4, background: '#30a0f000' } });
      const made =
        format === 'png'
          ? clear.png({ palette: true })
          : format === 'webp'
            ? clear.webp({ exact: true })
            : clear.avif();
      const bytes = new Uint8Array(await made.toBuffer());
      expect((await sharp(bytes).metadata()).hasAlpha).toBe(true);
      const stored = Buffer.from(await (await asStored(new Blob([bytes]))).arrayBuffer());
      expect((await sharp(stored).metadata()).hasAlpha).toBe(false);
      const before = await sharp(bytes).removeAlpha().raw().toBuffer();
      expect(await sharp(stored).raw().toBuffer()).toEqual(before);
    },
  );

  it('leaves anything else as it is', async () => {
    const gif = new Blob([new Uint8Array(await picture.clone().gif().toBuffer())]);
    expect(await asStored(gif)).toBe(gif);
  });

  it('reads any bytes: the changes go forward and do not overlap', () => {
    const starts = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'RIFF0000WEBPVP8X', '\0\0\0\x0cftyp0000', ''];
    const bytes = fc
      .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }))
      .map(([start, rest]) => Uint8Array.from([...Buffer.from(start, 'latin1'), ...rest]));
    fc.assert(
      fc.property(bytes, (head) => {
        let last = 0;
        for (const { from, to } of changesOf(head)) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          last = to;
        }
      }),
    );
  });
});

describe('a PNG with transparent parts', () => {
  const samples = (width: number, height: number, channels: number) =>
    Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 37 + ((at * at) >> 9)) % 256);

  it('gives its colours as stored, in every filter, depth and size', async () => {
    for (const [width, height] of [
      [7, 5],
      [300, 211],
      [700, 520],
    ] as const) {
      const raw = { width, height, channels: 4 } as const;
      const all = samples(width, height, 4);
      // Adaptive filtering uses all five filters.
      for (const adaptiveFiltering of [false, true]) {
        const bytes = await sharp(all, { raw }).png({ adaptiveFiltering }).toBuffer();
        const pixels = await pngPixels(new Blob([new Uint8Array(bytes)]));
        const large = width > 512;
        expect([pixels?.width, pixels?.height]).toEqual(large ? [512, 512] : [width, height]);
        for (const [x, y] of [
          [0, 0],
          [(pixels?.width ?? 0) - 1, 3],
          [5, (pixels?.height ?? 0) - 1],
        ] as const) {
          const [from, to] = large
            ? [Math.floor((y * height) / 512) * width + Math.floor((x * width) / 512), y * 512 + x]
            : [y * width + x, y * width + x];
          expect([...(pixels?.data.subarray(to * 4, to * 4 + 3) ?? [])]).toEqual([
            ...all.subarray(from * 4, from * 4 + 3),
          ]);
        }
      }
    }
    const deep = await sharp(samples(40, 30, 4), { raw: { width: 40, height: 30, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const pixels = await pngPixels(new Blob([new Uint8Array(deep)]));
    const here = await sharp(deep).removeAlpha().raw({ depth: 'uchar' }).toBuffer();
    expect(Buffer.from(pixels?.data.filter((_, at) => at % 4 < 3) ?? [])).toEqual(here);
  });

  it('is left to the browser when it has none or is interlaced, and damage is told', async () => {
    const file = async (made: Sharp) => new Uint8Array(await made.toBuffer());
    const clear = sharp(samples(90, 60, 4), { raw: { width: 90, height: 60, channels: 4 } });
    expect(await pngPixels(new Blob([await file(picture.clone().png())]))).toBeUndefined();
    expect(await pngPixels(new Blob([await file(clear.clone().png({ progressive: true }))]))).toBeUndefined();
    expect(await pngPixels(new Blob([await file(picture.clone().jpeg())]))).toBeUndefined();
    const bytes = await file(clear.clone().png());
    await expect(pngPixels(new Blob([bytes.subarray(0, bytes.length / 2)]))).rejects.toThrow();
    bytes.fill(7, 100, 200);
    await expect(pngPixels(new Blob([bytes]))).rejects.toThrow();
  });
});

import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hasShape, kindOf } from './hash-file.ts';
import { asStored, rangesToLeaveOut } from './stored-picture.ts';

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

  it('leaves anything else as it is', async () => {
    const webp = new Blob([new Uint8Array(await picture.clone().webp().toBuffer())]);
    expect(await asStored(webp)).toBe(webp);
  });

  it('reads any bytes: the stretches go forward and do not overlap', () => {
    const starts = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], []];
    const bytes = fc
      .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }))
      .map(([start, rest]) => Uint8Array.from([...start, ...rest]));
    fc.assert(
      fc.property(bytes, (head) => {
        let last = 0;
        for (const { from, to } of rangesToLeaveOut(head)) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          last = to;
        }
      }),
    );
  });
});

it('a file is a picture or a film by its type, or by its ending where it has no type', () => {
  expect(kindOf({ type: 'image/png', name: 'a' })).toBe('image');
  expect(kindOf({ type: '', name: 'IMG_1.HEIC' })).toBe('image');
  expect(kindOf({ type: '', name: 'a.mov' })).toBe('video');
  expect(kindOf({ type: 'application/pdf', name: 'a.png' })).toBeNull();
  expect(kindOf({ type: '', name: 'notes' })).toBeNull();
});

it('a hash whose bits are nearly all the same is of no picture', () => {
  expect(hasShape('0'.repeat(64))).toBe(false);
  expect(hasShape('f0'.repeat(32))).toBe(true);
});

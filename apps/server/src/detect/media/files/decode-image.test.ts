import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DECODE_LIMITS, decodeImage } from './decode-image.ts';

const width = 90;
const height = 60;
const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 37 + ((at * at) >> 7)) % 256);
const picture = sharp(data, { raw: { width, height, channels: 3 } });
const png = await picture.clone().png().toBuffer();
const jpeg = await picture.clone().jpeg().toBuffer();

describe('decoding an image', () => {
  it('gives the pixels of a lossless file as they were', async () => {
    for (const bytes of [png, await picture.clone().webp({ lossless: true }).toBuffer()]) {
      const told = await decodeImage(bytes);
      expect(told).toMatchObject({ status: 'decoded', pixels: { width, height, channels: 3 } });
      if (told.status === 'decoded') expect(Buffer.from(told.pixels.data).equals(data)).toBe(true);
    }
  });

  it.each(['jpeg', 'webp', 'gif', 'avif'] as const)('reads %s', async (format) => {
    const told = await decodeImage(await picture.clone().toFormat(format).toBuffer());
    expect(told).toMatchObject({ status: 'decoded', format, pixels: { width, height } });
  });

  it('gives 8 bits of grey and of deep images, and does not turn a picture', async () => {
    const grey = await picture.clone().toColourspace('b-w').png().toBuffer();
    expect(await decodeImage(grey)).toMatchObject({ pixels: { channels: 1 } });
    const deep = await picture.clone().toColourspace('rgb16').png().toBuffer();
    const told = await decodeImage(deep);
    expect(told.status === 'decoded' && told.pixels.data.length).toBe(data.length);
    const turned = await picture.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await decodeImage(turned)).toMatchObject({ pixels: { width, height } });
  });

  it('refuses what is not on the list before a decoder sees it', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const tiff = await picture.clone().tiff().toBuffer();
    for (const bytes of [svg, tiff, Buffer.from('GIF8'), new Uint8Array()]) {
      expect(await decodeImage(bytes)).toMatchObject({ status: 'unavailable', why: 'not-supported' });
    }
  });

  it('refuses too many bytes and too many pixels', async () => {
    const tooMany = { status: 'unavailable', why: 'too-large' };
    expect(await decodeImage(png, { ...DECODE_LIMITS, bytes: png.length - 1 })).toMatchObject(tooMany);
    expect(await decodeImage(png, { ...DECODE_LIMITS, pixels: width * height - 1 })).toMatchObject(tooMany);
    // A header that promises 60,000 × 60,000 pixels, in a file of 6 kB.
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    expect((await decodeImage(bomb)).status).toBe('unavailable');
    const line = sharp({ create: { width: 1, height: 65_536, channels: 3, background: 'red' } });
    expect(await decodeImage(await line.png().toBuffer())).toMatchObject(tooMany);
  });

  it('tells a truncated file from a whole one', async () => {
    for (const bytes of [png, jpeg]) {
      const told = await decodeImage(bytes.subarray(0, bytes.length / 2));
      expect(told).toMatchObject({ status: 'unavailable', why: 'damaged' });
      if (told.status === 'unavailable')
        expect(told.problem).toMatch(/^the (PNG|JPEG) image cannot be decoded/);
    }
  });

  it('answers whatever bytes follow a true beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(png, jpeg),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        async (good, at, junk) => {
          const bytes = Buffer.from(good);
          bytes.set(junk.subarray(0, bytes.length - (at % bytes.length)), at % bytes.length);
          const told = await decodeImage(bytes);
          expect(['decoded', 'unavailable']).toContain(told.status);
        },
      ),
      { numRuns: 60 },
    );
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** sharp cannot write it. */
const HEIC = '../apps/server/src/detect/media/files/fixtures/tiles.heic';

/** A file made to harm whoever reads it. */
export interface HostileFile {
  /** What was done to which picture, to make it again. */
  name: string;
  bytes: Buffer;
}

type Random = () => number;

/** Numbers from 0 to 1, the same for the same seed (mulberry32 of Tommy Ettinger, public domain). */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const upTo = (random: Random, limit: number) => Math.floor(random() * limit);
const oneOf = <T>(random: Random, all: readonly T[]): T => all[upTo(random, all.length)] as T;

/** Small pictures in every format that is read, in every manner in which sharp writes them. */
export async function goodPictures(): Promise<HostileFile[]> {
  const [width, height] = [150, 100];
  const samples = Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => 128 + 90 * Math.sin(at / 41) * Math.cos(at / 5000) + (at % 7),
  );
  const picture = () => sharp(samples, { raw: { width, height, channels: 3 } });
  // Three pictures on top of each other are three frames.
  const moving = () => sharp(samples, { raw: { width, height: 99, channels: 3, pageHeight: 33 } });
  const made: [string, Promise<Buffer>][] = [
    ['jpeg', picture().jpeg().toBuffer()],
    ['jpeg, progressive', picture().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer()],
    ['jpeg, CMYK', picture().toColourspace('cmyk').jpeg().toBuffer()],
    ['jpeg with metadata', picture().withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg().toBuffer()],
    ['png', picture().png().toBuffer()],
    ['png, palette', picture().png({ palette: true }).toBuffer()],
    ['png, interlaced', picture().png({ progressive: true }).toBuffer()],
    ['png, 16 bits', picture().toColourspace('rgb16').png().toBuffer()],
    ['png, grey', picture().toColourspace('b-w').png().toBuffer()],
    ['webp', picture().webp().toBuffer()],
    ['webp, lossless', picture().webp({ lossless: true }).toBuffer()],
    ['webp, alpha', picture().ensureAlpha(0.5).webp().toBuffer()],
    ['webp, moving', moving().webp().toBuffer()],
    ['gif', picture().gif().toBuffer()],
    ['gif, moving', moving().gif().toBuffer()],
    ['heic', readFile(join(import.meta.dirname, HEIC))],
    ['avif', picture().avif({ effort: 0 }).toBuffer()],
    ['avif, lossless', picture().avif({ lossless: true, effort: 0 }).toBuffer()],
  ];
  return Promise.all(made.map(async ([name, bytes]) => ({ name, bytes: await bytes })));
}

/** Endless, and the same for the same seed: files of `good`, each hurt in one to three ways. */
export function* mutated(good: readonly HostileFile[], seed: number): Generator<HostileFile> {
  const random = seeded(seed);
  for (;;) {
    const { name, bytes } = oneOf(random, good);
    const ways: string[] = [];
    let hurt = Buffer.from(bytes);
    for (let times = 1 + upTo(random, 3); times > 0; times--) {
      const [way, change] = oneOf(random, WAYS);
      hurt = change(hurt, random, good);
      ways.push(way);
    }
    yield { name: `${name}: ${ways.join(', ')}`, bytes: hurt };
  }
}

/** Beginnings are hurt as often as all the rest: headers decide most. */
function place(bytes: Buffer, random: Random): number {
  return upTo(random, random() < 0.5 ? Math.min(bytes.length, 100) : bytes.length);
}

/** Lengths and counts that programs get wrong. */
const NASTY = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

const WAYS: [string, (bytes: Buffer, random: Random, good: readonly HostileFile[]) => Buffer<ArrayBuffer>][] =
  [
    [
      'bits flipped',
      (bytes, random) => {
        const hurt = Buffer.from(bytes);
        for (let bits = 1 + upTo(random, 40); bits > 0 && hurt.length > 0; bits--) {
          const at = place(hurt, random);
          hurt[at] = (hurt[at] ?? 0) ^ (1 << upTo(random, 8));
        }
        return hurt;
      },
    ],
    ['cut off', (bytes, random) => Buffer.from(bytes.subarray(0, upTo(random, bytes.length)))],
    [
      'beginning of another format',
      (bytes, random, good) => {
        const hurt = Buffer.from(bytes);
        oneOf(random, good).bytes.copy(hurt, 0, 0, 4 + upTo(random, 40));
        return hurt;
      },
    ],
    [
      'a number made nasty',
      (bytes, random) => {
        const hurt = Buffer.concat([bytes, Buffer.alloc(4)]);
        const at = place(bytes, random);
        const value = oneOf(random, NASTY);
        if (random() < 0.5) hurt.writeUInt32BE(value, at);
        else hurt.writeUInt32LE(value, at);
        return hurt.subarray(0, bytes.length);
      },
    ],
    ['huge sides', (bytes, random) => withSides(bytes, 1 + upTo(random, 65_535), 1 + upTo(random, 65_535))],
    [
      'a part repeated',
      (bytes, random) => {
        const from = place(bytes, random);
        const part = bytes.subarray(from, from + upTo(random, 400));
        const times = Array<Buffer>(1 + upTo(random, 60)).fill(part);
        return Buffer.concat([bytes.subarray(0, from), ...times, bytes.subarray(from)]);
      },
    ],
    [
      'a part of one value',
      (bytes, random) => {
        const hurt = Buffer.from(bytes);
        const at = place(hurt, random);
        return hurt.fill(oneOf(random, [0, 0xff, 0x47]), at, Math.min(at + upTo(random, 300), hurt.length));
      },
    ],
    [
      'a part of another file',
      (bytes, random, good) => {
        const hurt = Buffer.from(bytes);
        const other = oneOf(random, good).bytes;
        other.copy(hurt, place(hurt, random), place(other, random));
        return hurt;
      },
    ],
    ['more behind its end', (bytes, random, good) => Buffer.concat([bytes, oneOf(random, good).bytes])],
  ];

/** Writes other sides into the header, with the checksum where there is one. */
function withSides(bytes: Buffer, width: number, height: number): Buffer<ArrayBuffer> {
  const hurt = Buffer.from(bytes);
  const text = (at: number, length: number) => hurt.toString('latin1', at, at + length);
  if (text(12, 4) === 'IHDR' && hurt.length >= 33) {
    hurt.writeUInt32BE(width, 16);
    hurt.writeUInt32BE(height, 20);
    hurt.writeUInt32BE(crc32(hurt.subarray(12, 29)), 29);
  } else if (text(0, 4) === 'GIF8' && hurt.length >= 10) {
    hurt.writeUInt16LE(width, 6);
    hurt.writeUInt16LE(height, 8);
  } else if (text(12, 4) === 'VP8X' && hurt.length >= 30) {
    hurt.writeUIntLE(width - 1, 24, 3);
    hurt.writeUIntLE(height - 1, 27, 3);
  } else if (text(12, 4) === 'VP8 ' && hurt.length >= 30) {
    hurt.writeUInt16LE(width & 0x3fff, 26);
    hurt.writeUInt16LE(height & 0x3fff, 28);
  } else {
    const size = hurt.indexOf('ispe');
    const frame = [0xc0, 0xc1, 0xc2]
      .map((marker) => hurt.indexOf(Buffer.of(0xff, marker)))
      .find((at) => at >= 0);
    if (size >= 0 && hurt.length >= size + 16) {
      hurt.writeUInt32BE(width, size + 8);
      hurt.writeUInt32BE(height, size + 12);
    } else if (frame !== undefined && hurt.length >= frame + 9) {
      hurt.writeUInt16BE(height, frame + 5);
      hurt.writeUInt16BE(width, frame + 7);
    }
  }
  return hurt;
}

/** Small files that would become large ones. */
export async function bombs(good: readonly HostileFile[]): Promise<HostileFile[]> {
  const jpeg = good.find(({ name }) => name === 'jpeg, progressive')?.bytes ?? Buffer.alloc(0);
  const flat = sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#135' } });
  return [
    { name: 'png of 30,000 × 30,000', bytes: flatPng(30_000, 30_000) },
    { name: 'png of 7,700 × 7,700', bytes: flatPng(7700, 7700) },
    { name: 'png of 1 × 59,000,000', bytes: flatPng(1, 59_000_000) },
    { name: 'png with texts of 100 MB', bytes: flatPng(64, 64, 10) },
    { name: 'webp of 5,000 × 5,000', bytes: await flat.clone().webp({ effort: 0 }).toBuffer() },
    { name: 'gif of 5,000 × 5,000', bytes: await flat.clone().gif({ effort: 1 }).toBuffer() },
    { name: 'jpeg of 2,000 scans', bytes: manyScans(jpeg, 2000) },
    { name: 'jpeg of 65,500 × 65,500', bytes: withSides(jpeg, 65_500, 65_500) },
  ];
}

/** A PNG of one colour, one bit a pixel; with compressed texts of 10 MB each. */
function flatPng(width: number, height: number, texts = 0): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const text = Buffer.concat([
    Buffer.from('Comment\0\0', 'latin1'),
    deflateSync(Buffer.alloc(10_000_000, 'a')),
  ]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...Array<Buffer>(texts).fill(chunk('zTXt', text)),
    chunk('IDAT', deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

/** The last scan of a progressive JPEG again and again, on large sides: every scan goes over every pixel. */
function manyScans(jpeg: Buffer, scans: number): Buffer {
  const last = jpeg.lastIndexOf(Buffer.of(0xff, 0xda));
  const end = jpeg.length - 2;
  const scan = jpeg.subarray(last, end);
  return withSides(
    Buffer.concat([jpeg.subarray(0, last), ...Array<Buffer>(scans).fill(scan), jpeg.subarray(end)]),
    7000,
    7000,
  );
}

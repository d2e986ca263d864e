import type { Pixels } from '@keben/pdq';
import sharp from 'sharp';

/** What is decoded; everything else is refused before a decoder sees it. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

export interface DecodeLimits {
  /** Bytes of the file. */
  bytes: number;
  /** Width × height as the header tells it, checked before the pixels are decoded. */
  pixels: number;
  /** Seconds of decoding. */
  seconds: number;
}

/** Room for the largest pictures of phones (200 megapixels), far below what fills a server. */
export const DECODE_LIMITS: DecodeLimits = { bytes: 100_000_000, pixels: 220_000_000, seconds: 20 };

export type DecodedImage =
  | { status: 'decoded'; format: ImageFormat; pixels: Pixels }
  /** `problem` is plain words for whoever sent the file. */
  | { status: 'unavailable'; why: 'not-supported' | 'too-large' | 'timeout' | 'damaged'; problem: string };

/**
 * The pixels of an image file in full size, as it is stored: not turned by its EXIF orientation, colours not changed
 * by its profile, first frame of an animation; so that the hash is that of Meta's reference. Never throws for what
 * the bytes hold. Reads JPEG, PNG, WebP, GIF, AVIF, and HEIC where libvips was built with it.
 */
export async function decodeImage(
  bytes: Uint8Array,
  limits: DecodeLimits = DECODE_LIMITS,
): Promise<DecodedImage> {
  if (bytes.length > limits.bytes) {
    return unavailable('too-large', `the file has more than ${limits.bytes} bytes`);
  }
  const format = formatOf(bytes);
  if (!format) return unavailable('not-supported', 'not a JPEG, PNG, WebP, GIF, AVIF or HEIC image');
  const image = sharp(bytes, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: limits.pixels,
    sequentialRead: true,
  }).timeout({ seconds: limits.seconds });
  try {
    const { space } = await image.metadata();
    // Grey stays grey: 0.299 + 0.587 + 0.114 of the same sample is not quite that sample.
    if (space === 'b-w' || space === 'grey16') image.toColourspace('b-w');
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { status: 'decoded', format, pixels: { data, width, height, channels } };
  } catch (cause) {
    return refusal(format, limits, cause instanceof Error ? cause.message : String(cause));
  }
}

function refusal(format: ImageFormat, limits: DecodeLimits, message: string): DecodedImage {
  if (message.includes('exceeds pixel limit')) {
    return unavailable('too-large', `the image has more than ${limits.pixels} pixels`);
  }
  if (message.startsWith('timeout')) {
    return unavailable('timeout', `decoding took more than ${limits.seconds} seconds`);
  }
  // libheif says so when it was built without the codec (HEVC is not free).
  if (/unsupported (codec|image format)|compression format has not been built in/i.test(message)) {
    return unavailable('not-supported', `this server cannot decode ${format.toUpperCase()}`);
  }
  const [first = ''] = message.split('\n');
  return unavailable('damaged', `the ${format.toUpperCase()} image cannot be decoded (${first.trim()})`);
}

function unavailable(why: 'not-supported' | 'too-large' | 'timeout' | 'damaged', problem: string) {
  return { status: 'unavailable', why, problem } as const;
}

/** The format that the first bytes tell; `undefined` for anything else. */
function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (text(4, 8) !== 'ftyp') return undefined;
  // The brand of the file, a version, and brands that it also fits.
  const brands = [text(8, 12)];
  for (let at = 16; at < Math.min(bytes[3] ?? 0, 64); at += 4) brands.push(text(at, at + 4));
  if (brands.includes('avif') || brands.includes('avis')) return 'avif';
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? 'heic' : undefined;
}

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1']);

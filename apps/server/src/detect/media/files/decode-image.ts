import type { Pixels } from '@keben/pdq';
import sharp from 'sharp';
import { HEAD_BYTES, type ImageFormat, mediaTypeOf } from './media-type.ts';

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

/** What JPEG can have at most. Formats that allow more make rows of one pixel that take many seconds. */
const LONGEST_SIDE = 65_535;

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
  const type = mediaTypeOf(bytes.subarray(0, HEAD_BYTES));
  if (type?.kind !== 'picture')
    return unavailable('not-supported', 'not a JPEG, PNG, WebP, GIF, AVIF or HEIC image');
  const { format } = type;
  const image = sharp(bytes, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: limits.pixels,
    sequentialRead: true,
  }).timeout({ seconds: Math.ceil(limits.seconds) });
  try {
    const { space, width: across = 0, height: down = 0 } = await image.metadata();
    if (Math.max(across, down) > LONGEST_SIDE) {
      return unavailable('too-large', `the image has a side of more than ${LONGEST_SIDE} pixels`);
    }
    // Grey stays grey: 0.299 + 0.587 + 0.114 of the same sample is not quite that sample.
    if (space === 'b-w' || space === 'grey16') image.toColourspace('b-w');
    const inks = space === 'cmyk';
    if (inks) image.pipelineColourspace('cmyk').toColourspace('cmyk');
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (inks)
      return { status: 'decoded', format, pixels: { data: lightOfInks(data), width, height, channels: 3 } };
    return { status: 'decoded', format, pixels: { data, width, height, channels } };
  } catch (cause) {
    return refusal(format, limits, cause instanceof Error ? cause.message : String(cause));
  }
}

/** RGB of CMYK as browsers and HMA (Pillow) take it: what the inks let through, without a profile of a press. */
function lightOfInks(inks: Buffer): Buffer {
  const light = inks.subarray(0, (inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4) {
    const black = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) light[to++] = Math.round(((255 - inks[from + ink]!) * black) / 255);
  }
  return light;
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

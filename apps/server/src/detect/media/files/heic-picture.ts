import type { Pixels } from '@keben/pdq';
import type { DecodedImage } from './decode-image.ts';
import { picturesByFfmpeg, QUIETLY } from './ffmpeg-pictures.ts';
import { type HeifPicture, heifPicture, type Turn } from './heif-items.ts';
import type { ReadJob } from './reading.ts';

type Rgb = Pixels & { data: Uint8Array };

/**
 * The pixels of an HEIC picture, as phones write them: its tiles are found here and decoded by the installed ffmpeg,
 * whose HEVC decoder the libvips of sharp lacks. Turned as the file says, as every reader of HEIF does (libheif, and
 * so HMA and browsers). Never throws for what the bytes hold.
 */
export async function decodeHeic(
  file: Uint8Array,
  { ffmpeg, limits }: Pick<ReadJob, 'ffmpeg' | 'limits'>,
  onStart: (pid: number) => void,
): Promise<DecodedImage> {
  try {
    const picture = heifPicture(file);
    if (!picture) return unavailable('not-supported', 'this server decodes HEIC only with HEVC inside');
    const { width, height, tiles } = picture;
    if (width * height > limits.pixels) {
      return unavailable('too-large', `the image has more than ${limits.pixels} pixels`);
    }
    const canvas: Rgb = { data: new Uint8Array(3 * width * height), width, height, channels: 3 };
    let count = 0;
    const run = {
      ffmpeg,
      words: wordsFor(limits),
      input: tiles,
      seconds: limits.seconds,
      pixels: limits.pixels,
      onStart,
    };
    const end = await picturesByFfmpeg(run, (tile) => paste(tile, picture, count++, canvas));
    if (end.status === 'absent') {
      return unavailable('not-supported', 'this server cannot decode HEIC: ffmpeg is not installed');
    }
    if (end.late) return unavailable('timeout', `decoding took more than ${limits.seconds} seconds`);
    if (count !== tiles.length) return unavailable('damaged', 'the HEIC image cannot be decoded');
    const pixels = picture.turns.reduce(turned, canvas);
    return { status: 'decoded', format: 'heic', pixels };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return unavailable('damaged', `the HEIC image cannot be decoded (${cause.message})`);
  }
}

function wordsFor({ pixels, memoryMegabytes }: ReadJob['limits']): string[] {
  return [
    ...QUIETLY,
    ...['-max_alloc', String(memoryMegabytes * 500_000), '-protocol_whitelist', 'pipe'],
    ...['-codec_whitelist', 'hevc', '-f', 'hevc', '-max_pixels', String(pixels), '-threads', '1'],
    ...['-i', 'pipe:0', '-filter_threads', '1', '-fps_mode', 'passthrough', '-pix_fmt', 'rgb24'],
  ];
}

/** Puts a tile where it belongs; what reaches over the edge is cut off. */
function paste(tile: Pixels, { columns, rows }: HeifPicture, number: number, canvas: Rgb): void {
  if (number >= columns * rows) throw new RangeError('more pictures than it says');
  const left = (number % columns) * tile.width;
  const top = Math.floor(number / columns) * tile.height;
  const width = Math.min(tile.width, canvas.width - left);
  for (let row = 0; row < tile.height && top + row < canvas.height && width > 0; row++) {
    const from = row * tile.width * 3;
    canvas.data.set(tile.data.subarray(from, from + width * 3), ((top + row) * canvas.width + left) * 3);
  }
}

function turned(picture: Rgb, turn: Turn): Rgb {
  const { width, height, data } = picture;
  const quarters = turn.kind === 'rotate' ? turn.quarters : 0;
  if (turn.kind === 'rotate' && quarters === 0) return picture;
  const [across, down] = quarters % 2 === 1 ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  /** Where the pixel at (x, y) of the result comes from. */
  const source = (x: number, y: number): number => {
    if (turn.kind === 'mirror') {
      return turn.axis === 'vertical' ? y * width + (width - 1 - x) : (height - 1 - y) * width + x;
    }
    if (quarters === 1) return x * width + (width - 1 - y);
    return quarters === 2 ? (height - 1 - y) * width + (width - 1 - x) : (height - 1 - x) * width + y;
  };
  for (let y = 0, to = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const from = source(x, y) * 3;
      out[to++] = data[from]!;
      out[to++] = data[from + 1]!;
      out[to++] = data[from + 2]!;
    }
  }
  return { data: out, width: across, height: down, channels: 3 };
}

function unavailable(why: 'not-supported' | 'too-large' | 'timeout' | 'damaged', problem: string) {
  return { status: 'unavailable', why, problem } as const;
}

import type { Pixels } from '@keben/pdq';

const HEADER = /^P6\n(\d{1,5}) (\d{1,5})\n255\n/;

/** Longest header: `P6`, two numbers of five digits, `255`. */
const LONGEST_HEADER = 19;

/**
 * Splits a stream of pictures in the portable pixmap format (PPM, 8 bits, as ffmpeg writes it) at their ends: each
 * call takes the next bytes and gives the pictures that are whole now. Throws a RangeError for anything else, and for
 * a picture of more than `pixels`.
 */
export function createPictureSplitter(pixels: number): (chunk: Uint8Array) => Pixels[] {
  let rest: Buffer = Buffer.alloc(0);
  let current: { data: Buffer; filled: number; width: number; height: number } | undefined;
  return (chunk) => {
    const whole: Pixels[] = [];
    rest =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([rest, chunk]);
    while (rest.length > 0) {
      if (!current) {
        const header = HEADER.exec(rest.toString('latin1', 0, LONGEST_HEADER));
        if (!header) {
          if (rest.length >= LONGEST_HEADER) throw new RangeError('not a portable pixmap of 8 bits');
          break;
        }
        const [width, height] = [Number(header[1]), Number(header[2])];
        if (width * height > pixels) throw new RangeError(`a picture of ${width} × ${height} is too large`);
        current = { data: Buffer.alloc(3 * width * height), filled: 0, width, height };
        rest = rest.subarray(header[0].length);
      }
      const taken = rest.copy(current.data, current.filled);
      current.filled += taken;
      rest = rest.subarray(taken);
      if (current.filled < current.data.length) break;
      const { data, width, height } = current;
      whole.push({ data, width, height, channels: 3 });
      current = undefined;
    }
    return whole;
  };
}
